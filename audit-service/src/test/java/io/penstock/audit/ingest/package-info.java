@NullMarked
package io.penstock.audit.ingest;

import org.jspecify.annotations.NullMarked;
