package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.Arrays;
import java.util.List;

/** With whom of its organisation a bucket is shared; wire words of the contract's chapter 2.14. */
public enum Sharing {
  /** People of the organisation, by their master tokens. */
  ORGANIZATION("organization", "bucketShareToOrganization"),
  /** Every project of the organisation. */
  ORGANIZATION_PROJECT("organization-project", "bucketShareToOrganizationProject"),
  SPECIFIC_PROJECTS("specific-projects", "bucketShareToProjects"),
  SPECIFIC_USERS("specific-users", "bucketShareToAdmins");

  private static final int MAX_NAMED = 1000;

  private final String word;
  private final String operation;

  Sharing(String word, String operation) {
    this.word = word;
    this.operation = operation;
  }

  public String word() {
    return word;
  }

  /** Of the job that shares a bucket so. */
  String operation() {
    return operation;
  }

  static Sharing of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.BUCKET_VALIDATION,
                    "sharing is organization, organization-project, specific-projects or"
                        + " specific-users"));
  }

  /** The projects or people that the parameters name; empty where all are meant. */
  List<String> named(Params params) {
    String parameter =
        switch (this) {
          case ORGANIZATION, ORGANIZATION_PROJECT -> "";
          case SPECIFIC_PROJECTS -> "targetProjectIds";
          case SPECIFIC_USERS -> "targetUsers";
        };
    if (parameter.isEmpty()) {
      return List.of();
    }
    List<String> named = params.list(parameter).stream().map(String::strip).distinct().toList();
    if (named.isEmpty() || named.size() > MAX_NAMED) {
      throw new PlatformException(
          ErrorCode.BUCKET_VALIDATION,
          "%s: 1 to %d of them are needed".formatted(parameter, MAX_NAMED));
    }
    return named;
  }
}
