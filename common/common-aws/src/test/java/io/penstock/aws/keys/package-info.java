@NullMarked
package io.penstock.aws.keys;

import org.jspecify.annotations.NullMarked;
