/** Events: what customers write themselves, and the reading of all. */
@NullMarked
package io.penstock.storage.event;

import org.jspecify.annotations.NullMarked;
