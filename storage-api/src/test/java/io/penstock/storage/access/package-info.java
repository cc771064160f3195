@NullMarked
package io.penstock.storage.access;

import org.jspecify.annotations.NullMarked;
