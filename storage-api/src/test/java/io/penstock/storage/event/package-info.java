@NullMarked
package io.penstock.storage.event;

import org.jspecify.annotations.NullMarked;
