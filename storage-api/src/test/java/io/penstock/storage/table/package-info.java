@NullMarked
package io.penstock.storage.table;

import org.jspecify.annotations.NullMarked;
