@NullMarked
package io.penstock.storage.file;

import org.jspecify.annotations.NullMarked;
