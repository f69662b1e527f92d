package org.heliogate.authz.protection;

import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.authz.resource.jpa.ResourceEntity;

/**
 * A registered resource with all that its server has said of it.
 *
 * @param resource what counts
 * @param extension what is only kept
 */
public record DescribedResource(RegisteredResource resource, ResourceExtension extension) {

  static DescribedResource of(ResourceEntity row) {
    return new DescribedResource(
        row.toRegisteredResource(), ResourceExtension.ofJson(row.extension()));
  }
}
