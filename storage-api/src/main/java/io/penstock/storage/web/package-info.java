/**
 * The edge: how a call comes in, is recorded and answered. Features know none of HTTP but their
 * controllers.
 */
@NullMarked
package io.penstock.storage.web;

import org.jspecify.annotations.NullMarked;
