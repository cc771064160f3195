package io.penstock.storage.mail;

/** A plain text mail to one recipient. */
public record Mail(String to, String subject, String text) {
  @Override
  public String toString() {
    return "Mail[…]"; // links in it are as good as passwords
  }
}
