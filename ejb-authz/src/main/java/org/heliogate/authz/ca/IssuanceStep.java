package org.heliogate.authz.ca;

/** A step of an issuance that is to be stored before the next. */
sealed interface IssuanceStep permits SigningIntent, SignedIntent {}
