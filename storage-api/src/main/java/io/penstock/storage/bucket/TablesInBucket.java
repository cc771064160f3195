package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Included;
import java.util.List;
import java.util.Map;

/** The tables that a bucket's detail shows when it is asked to; implemented by their feature. */
public interface TablesInBucket {
  List<Map<String, Object>> list(Caller caller, Bucket bucket, Included included);
}
