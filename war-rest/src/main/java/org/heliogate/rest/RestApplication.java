package org.heliogate.rest;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;

/** The application at the issuer's root. */
@ApplicationPath("/")
@OpenAPIDefinition(
    info =
        @Info(
            title = "Heliogate",
            version = "1",
            description =
                "Authorization server, certificate authority and device bootstrap for the grid",
            license =
                @License(
                    name = "Apache-2.0",
                    url = "https://www.apache.org/licenses/LICENSE-2.0.txt")))
public class RestApplication extends Application {}
