/**
 * Jobs on the wire between storage-api and its workers: messages carry ids and options, never table
 * state.
 */
@NullMarked
package io.penstock.model.job;

import org.jspecify.annotations.NullMarked;
