/**
 * The search index, derived from the trails and never more than a means to find: it can be deleted
 * at any time. A commit of the index holds how far each trail is applied; what came after the last
 * commit is read from the segments again, and applying a record twice leaves one document. Nothing
 * that a caller writes becomes the name of a field: names are looked up in {@link
 * io.penstock.audit.search.QueryField}, and the project is a filter beside the caller's query,
 * never a part of it.
 */
@NullMarked
package io.penstock.audit.search;

import org.jspecify.annotations.NullMarked;
