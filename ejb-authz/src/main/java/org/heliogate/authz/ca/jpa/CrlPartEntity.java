package org.heliogate.authz.ca.jpa;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A part of a CRL. */
@Entity
@Table(name = "crl_part")
public class CrlPartEntity {

  @EmbeddedId private CrlPartKey key;
  private byte[] content;

  /** For JPA. */
  protected CrlPartEntity() {}

  /** A part. */
  public CrlPartEntity(CrlPartKey key, byte[] content) {
    this.key = key;
    this.content = content.clone();
  }

  /** Its bytes. */
  public byte[] content() {
    return content.clone();
  }
}
