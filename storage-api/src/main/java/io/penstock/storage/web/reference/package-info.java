/**
 * Tells callers what there is: the OpenAPI document and a page to read. Routes, their parameters in
 * the path and who may call them come from the router; words, parameters and schemas from the
 * resources in {@code reference/}. A test holds both against each other.
 */
@NullMarked
package io.penstock.storage.web.reference;

import org.jspecify.annotations.NullMarked;
