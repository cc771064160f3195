package io.penstock.audit.search;

import java.nio.file.Path;

/** The same queries of the same records, in a real Elasticsearch. */
class ElasticSearchIT extends SearchContract {

  @Override
  TestIndex index(Path directory) {
    return new TestIndex(TestCluster.create().index("test"));
  }
}
