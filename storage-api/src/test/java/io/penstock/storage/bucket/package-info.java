@NullMarked
package io.penstock.storage.bucket;

import org.jspecify.annotations.NullMarked;
