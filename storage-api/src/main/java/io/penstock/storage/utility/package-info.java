/** Small services of the contract's chapter 2.1: numbers, names, sums over a run. */
@NullMarked
package io.penstock.storage.utility;

import org.jspecify.annotations.NullMarked;
