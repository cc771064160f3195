/**
 * PostgreSQL from the binaries jar: the server, and the roles and databases that the services need
 * in it. No connection is ever trusted: passwords are in private files from the first start on.
 */
@NullMarked
package io.penstock.embedded.postgres;

import org.jspecify.annotations.NullMarked;
