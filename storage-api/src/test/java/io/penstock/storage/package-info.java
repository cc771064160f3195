@NullMarked
package io.penstock.storage;

import org.jspecify.annotations.NullMarked;
