@NullMarked
package io.penstock.embedded.queues;

import org.jspecify.annotations.NullMarked;
