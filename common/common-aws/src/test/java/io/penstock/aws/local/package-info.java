@NullMarked
package io.penstock.aws.local;

import org.jspecify.annotations.NullMarked;
