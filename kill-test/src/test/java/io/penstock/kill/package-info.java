/**
 * The kill test: a platform of several processes, customers that load and compare, and somebody who
 * kills.
 */
@NullMarked
package io.penstock.kill;

import org.jspecify.annotations.NullMarked;
