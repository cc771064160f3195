/** The gateway: it alone knows who may do what, and owns the metadata. */
@NullMarked
package io.penstock.storage;

import org.jspecify.annotations.NullMarked;
