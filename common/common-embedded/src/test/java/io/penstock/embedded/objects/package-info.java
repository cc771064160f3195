@NullMarked
package io.penstock.embedded.objects;

import org.jspecify.annotations.NullMarked;
