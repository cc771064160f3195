package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class NormalisedRequestTest {

  @ParameterizedTest
  @CsvSource({
    "/v2/storage, /v2/storage,",
    "/v2/storage/, /v2/storage,",
    "/v2/storage/buckets/in.c-main/, /v2/storage/buckets/in.c-main,",
    "/v2/storage/branch/default/buckets, /v2/storage/buckets, default",
    "/v2/storage/branch/5/tables/in.c-a.b/, /v2/storage/tables/in.c-a.b, 5",
    "/v2/storage/branch/default/, /v2/storage, default",
    "/v2/storage/branch/5/metadata, /v2/storage/branch/5/metadata,",
    "/v2/storage/branch/5/metadatas, /v2/storage/metadatas, 5",
    "/, /,"
  })
  void branchPrefixAndTrailingSlashGoAway(String path, String expected, String branch) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", path);

    NormalisedRequest normalised = new NormalisedRequest(request);

    assertThat(normalised.getRequestURI()).isEqualTo(expected);
    assertThat(normalised.getAttribute(NormalisedRequest.BRANCH)).isEqualTo(branch);
  }
}
