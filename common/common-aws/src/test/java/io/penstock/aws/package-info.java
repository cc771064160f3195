@NullMarked
package io.penstock.aws;

import org.jspecify.annotations.NullMarked;
