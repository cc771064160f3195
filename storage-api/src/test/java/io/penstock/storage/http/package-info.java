/** The whole gateway over HTTP, with real PostgreSQL and queues. */
@NullMarked
package io.penstock.storage.http;

import org.jspecify.annotations.NullMarked;
