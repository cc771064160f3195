@NullMarked
package io.penstock.storage.record;

import org.jspecify.annotations.NullMarked;
