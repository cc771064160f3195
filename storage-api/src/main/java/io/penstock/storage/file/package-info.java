/** Files: upload slots in the customer's bucket with credentials for one key. */
@NullMarked
package io.penstock.storage.file;

import org.jspecify.annotations.NullMarked;
