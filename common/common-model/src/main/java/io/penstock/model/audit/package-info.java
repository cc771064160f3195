/** What happened, as services record it and as audit-service keeps it. */
@NullMarked
package io.penstock.model.audit;

import org.jspecify.annotations.NullMarked;
