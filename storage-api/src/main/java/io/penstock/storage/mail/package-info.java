/**
 * Mails: written down in the transaction of what they tell of, sealed, and sent by a relay until
 * the mail server has taken them or nobody could use them any more.
 */
@NullMarked
package io.penstock.storage.mail;

import org.jspecify.annotations.NullMarked;
