@NullMarked
package io.penstock.storage.query;

import org.jspecify.annotations.NullMarked;
