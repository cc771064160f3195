@NullMarked
package io.penstock.aws.form;

import org.jspecify.annotations.NullMarked;
