/** Made from openapi/filmroom.yaml by `npm run contract`. Change that file, not this one. */
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same, for whoever cannot send OPTIONS */
        get: operations["getCapabilities"];
        put?: never;
        post?: never;
        delete?: never;
        /** The Capabilities Description of all resources (8.9); of one by OPTIONS of its path */
        options: operations["retrieveCapabilities"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for studies (10.6) */
        get: operations["searchStudies"];
        put?: never;
        /** Store instances of any study (10.5) */
        post: operations["storeInstances"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for series of all studies, with their study's attributes (10.6) */
        get: operations["searchSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for instances of all studies, with their study's and series' attributes (10.6) */
        get: operations["searchInstances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** The instances of a study (10.4.1.1.1) */
        get: operations["retrieveStudy"];
        put?: never;
        /** Store instances of one study; one of another study fails with A900H (10.5) */
        post: operations["storeStudyInstances"];
        /** Delete a study; can be restored for FILMROOM_DELETE_GRACE by `filmroom restore` */
        delete: operations["deleteStudy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** Metadata of a study's instances (10.4.1.1.2) */
        get: operations["retrieveStudyMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** Search for the series of a study (10.6) */
        get: operations["searchStudySeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/instances": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** Search for the instances of a study, with their series' attributes (10.6) */
        get: operations["searchStudyInstances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        /** The instances of a series (10.4.1.1.1) */
        get: operations["retrieveSeries"];
        put?: never;
        post?: never;
        /** Delete a series; can be restored for FILMROOM_DELETE_GRACE by `filmroom restore` */
        delete: operations["deleteSeries"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        /** Metadata of a series' instances (10.4.1.1.2) */
        get: operations["retrieveSeriesMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        /** Search for the instances of a series (10.6) */
        get: operations["searchSeriesInstances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        /** One instance (10.4.1.1.1) */
        get: operations["retrieveInstance"];
        put?: never;
        post?: never;
        /** Delete an instance; can be restored for FILMROOM_DELETE_GRACE by `filmroom restore` */
        delete: operations["deleteInstance"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        /** Metadata of one instance, an array of one (10.4.1.1.2) */
        get: operations["retrieveInstanceMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Frame numbers from 1, separated by commas, in any order */
                frames: components["parameters"]["frames"];
            };
            cookie?: never;
        };
        /** Frames of one instance, in the order asked for (10.4.1.1.5) */
        get: operations["retrieveFrames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/rendered": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** Pictures of a study, or the one that stands for it (10.4.1.1.3) */
        get: operations["retrieveRenderedStudy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/rendered": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        /** Pictures of a series, or the one that stands for it (10.4.1.1.3) */
        get: operations["retrieveRenderedSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/rendered": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        /** What a person can look at of one instance (10.4.1.1.3) */
        get: operations["retrieveRenderedInstance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Frame numbers from 1, separated by commas, in any order */
                frames: components["parameters"]["frames"];
            };
            cookie?: never;
        };
        /** Pictures of frames (10.4.1.1.3) */
        get: operations["retrieveRenderedFrames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** A small picture of the middle instance of a study's first series of images (10.4.1.1.4) */
        get: operations["retrieveStudyThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        /** A small picture of a series' middle instance (10.4.1.1.4) */
        get: operations["retrieveSeriesThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        /** A small picture of an instance, of its middle frame (10.4.1.1.4) */
        get: operations["retrieveInstanceThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Frame numbers from 1, separated by commas, in any order */
                frames: components["parameters"]["frames"];
            };
            cookie?: never;
        };
        /** A small picture of a frame; of several, of the middle one listed (10.4.1.1.4) */
        get: operations["retrieveFramesThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/bulkdata/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Tag of the value; within sequences tag, item number from 1 and tag, separated by dots */
                path: components["parameters"]["bulkdataPath"];
            };
            cookie?: never;
        };
        /** One bulk value, by the BulkDataURI that metadata gave (10.4.1.1.3) */
        get: operations["retrieveBulkdata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every store, replacement, deletion and restoration, in the order of their commits */
        get: operations["changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/bulkdata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** All bulk values of a study (10.4.1.1.3, 10.4.3.3.5) */
        get: operations["retrieveStudyBulkdata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/pixeldata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        /** Pixel data of a study (10.4.1.1.3, 10.4.3.3.6) */
        get: operations["retrieveStudyPixeldata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/bulkdata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        /** All bulk values of a series (10.4.1.1.3, 10.4.3.3.5) */
        get: operations["retrieveSeriesBulkdata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/pixeldata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        /** Pixel data of a series (10.4.1.1.3, 10.4.3.3.6) */
        get: operations["retrieveSeriesPixeldata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/bulkdata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        /** All bulk values of an instance (10.4.1.1.3, 10.4.3.3.5) */
        get: operations["retrieveInstanceBulkdata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/series/{series}/instances/{instance}/pixeldata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        /** Pixel data of an instance (10.4.1.1.3, 10.4.3.3.6) */
        get: operations["retrieveInstancePixeldata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process lives */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wado": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One instance, by parameters in place of a path (9.4) */
        get: operations["retrieveByUri"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The index can be read and written */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["contract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Uid: string;
        /**
         * Format: binary
         * @description Bare bytes; a transfer-syntax parameter labels them
         */
        Bytes: string;
        /**
         * Format: binary
         * @description multipart/related (RFC 2387, 8.6.1.2); each part bears its Content-Type with its transfer syntax
         */
        Multipart: string;
        /**
         * Format: binary
         * @description A file of PS3.10
         */
        Part10File: string;
        /** @description DICOM JSON model (Annex F); names are tags of eight upper-case hex digits, ascending */
        Dataset: {
            [key: string]: components["schemas"]["Element"];
        };
        /** @description Native DICOM Model (PS3.19 A.1, F.3), one dataset a document; only for one instance */
        NativeXml: string;
        /** @description multipart/related of Native DICOM Model documents (PS3.19 A.1), a part a dataset */
        NativeXmlParts: string;
        Datasets: components["schemas"]["Dataset"][];
        /** @description At most one of Value, InlineBinary and BulkDataURI; none where the value is empty */
        Element: {
            vr: string;
            Value?: (string | number | components["schemas"]["PersonName"] | components["schemas"]["Dataset"] | null)[];
            InlineBinary?: string;
            /** Format: uri */
            BulkDataURI?: string;
        };
        PersonName: {
            Alphabetic?: string;
            Ideographic?: string;
            Phonetic?: string;
        };
        /** @description Store Instances Response Module (Annex I); sequences that would be empty are left out */
        StoreResponse: {
            /** @description Retrieve URL of the study; empty for several */
            "00081190"?: components["schemas"]["Element"];
            /** @description Failed SOP Sequence */
            "00081198"?: components["schemas"]["Element"];
            /** @description Referenced SOP Sequence */
            "00081199"?: components["schemas"]["Element"];
            /** @description Other Failures Sequence */
            "0008119A"?: components["schemas"]["Element"];
        };
        Capabilities: {
            /**
             * Format: uri
             * @description What the paths are relative to
             */
            base: string;
            resources: components["schemas"]["Resource"][];
        };
        Resource: {
            /** @description Relative to the resource above */
            path: string;
            methods: {
                name: string;
                /** @description The transaction */
                id: string;
                summary: string;
                parameters: Record<string, never>[];
                requestMediaTypes: string[];
                responses: {
                    status: number;
                    mediaTypes: string[];
                }[];
            }[];
            resources: components["schemas"]["Resource"][];
        };
        /** @description RFC 9457 */
        Problem: {
            type: components["schemas"]["ProblemType"];
            title: string;
            status: number;
            /** @description What was expected, what came, and where; never a value from a dataset */
            detail?: string;
            /** @description only with about:blank, a fault of the server: its id in the log */
            incident?: string;
        };
        /** @enum {string} */
        ProblemType: "about:blank" | "urn:filmroom:problem:invalid-uid" | "urn:filmroom:problem:invalid-parameter" | "urn:filmroom:problem:invalid-frame-list" | "urn:filmroom:problem:malformed-request" | "urn:filmroom:problem:bad-dicom" | "urn:filmroom:problem:bad-pixel-data" | "urn:filmroom:problem:unsupported-transfer-syntax" | "urn:filmroom:problem:limit-exceeded" | "urn:filmroom:problem:not-found" | "urn:filmroom:problem:frame-not-found" | "urn:filmroom:problem:bulkdata-not-found" | "urn:filmroom:problem:method-not-allowed" | "urn:filmroom:problem:not-acceptable" | "urn:filmroom:problem:undecodable" | "urn:filmroom:problem:precondition-failed" | "urn:filmroom:problem:upload-idle" | "urn:filmroom:problem:payload-too-large" | "urn:filmroom:problem:unsupported-media-type" | "urn:filmroom:problem:range-not-satisfiable" | "urn:filmroom:problem:client-gone" | "urn:filmroom:problem:storage-full" | "urn:filmroom:problem:unavailable" | "urn:filmroom:problem:overloaded" | "urn:filmroom:problem:blob-missing" | "urn:filmroom:problem:blob-damaged";
        Changes: {
            changes: components["schemas"]["Change"][];
            /** @description the `since` to ask with next: number of the last change told, or `since` */
            last: number;
            /** @description number of the latest change of all */
            latest: number;
        };
        Change: {
            /** @description ascending, without gaps */
            number: number;
            /** @enum {string} */
            action: "stored" | "replaced" | "deleted" | "restored";
            StudyInstanceUID: components["schemas"]["Uid"];
            SeriesInstanceUID: components["schemas"]["Uid"];
            SOPInstanceUID: components["schemas"]["Uid"];
            /** Format: date-time */
            time: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "ready";
        };
    };
    responses: {
        /** @description Every instance is durable, or was there already with the same content */
        Stored: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/dicom+json": components["schemas"]["StoreResponse"];
                "application/json": components["schemas"]["StoreResponse"];
                "application/dicom+xml": unknown;
            };
        };
        /** @description Some are durable; the others are named with their reason, and so is any warning */
        StoredInPart: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/dicom+json": components["schemas"]["StoreResponse"];
                "application/json": components["schemas"]["StoreResponse"];
                "application/dicom+xml": unknown;
            };
        };
        /** @description The envelope was right and no instance was stored; each is named with its reason */
        NoneStored: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/dicom+json": components["schemas"]["StoreResponse"];
                "application/json": components["schemas"]["StoreResponse"];
                "application/dicom+xml": unknown;
            };
        };
        /** @description No byte, or too few, within FILMROOM_UPLOAD_IDLE */
        UploadIdle: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description Larger than FILMROOM_MAX_REQUEST_BYTES; or every instance in it is larger than FILMROOM_MAX_INSTANCE_BYTES
         *     or another limit, and each is named
         */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/dicom+json": components["schemas"]["StoreResponse"];
                "application/json": components["schemas"]["StoreResponse"];
                "application/dicom+xml": unknown;
            };
        };
        /** @description The Content-Type is none that can be stored, or the Content-Encoding none that is known */
        UnsupportedMediaType: {
            headers: {
                /** @description The codings that a request may have, where its own is not known (RFC 9110 12.5.3) */
                "Accept-Encoding"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description The Capabilities Description (Annex H): the resource asked for, its methods and the resources below it, as WADL,
         *     or the same as JSON
         */
        Capabilities: {
            headers: {
                Allow: components["headers"]["Allow"];
                Link: components["headers"]["Link"];
                Vary: components["headers"]["Vary"];
                [name: string]: unknown;
            };
            content: {
                "application/vnd.sun.wadl+xml": string;
                "application/json": components["schemas"]["Capabilities"];
            };
        };
        /** @description A parameter is wrong */
        BadParameter: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A UID or another part of the path is wrong */
        BadPath: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A UID of the path or the value of a known parameter is wrong */
        BadPictureParameter: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A UID of the path, the frame list or the value of a known parameter is wrong */
        BadPictureFrames: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No such instance, it has no pixels, or fewer frames than asked for */
        FrameNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nothing is stored at exactly these UIDs */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The client has it already, as its If-None-Match or If-Modified-Since says; no body */
        NotModified: {
            headers: {
                ETag: components["headers"]["ETag"];
                "Last-Modified": components["headers"]["Last-Modified"];
                "Cache-Control": components["headers"]["Cache-Control"];
                Vary: components["headers"]["Vary"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The resource is not what If-Match or If-Unmodified-Since has */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Every range asked for lies outside the resource; Content-Range says how long it is */
        RangeNotSatisfiable: {
            headers: {
                "Content-Range": components["headers"]["Content-Range"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No representation that the request accepts can be given */
        NotAcceptable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No representation that the request accepts can be given, or the pixels cannot be decoded */
        NotRenderable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The frame is larger than what is worked on in memory */
        TooMuchToRender: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many pixels are being worked on, stopping, or the index or the blobs do not answer */
        RenderingUnavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of the server; its `incident` is in the log */
        OurFault: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The stored file is missing or damaged, or a fault of the server */
        DamagedOrOurFault: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Overloaded, stopping, or the index or the blobs do not answer */
        Unavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description Overloaded or stopping; or full, or the index or the blobs do not answer, so that no instance in the request was
         *     stored, and each is named
         */
        StoreUnavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/dicom+json": components["schemas"]["StoreResponse"];
                "application/json": components["schemas"]["StoreResponse"];
                "application/dicom+xml": unknown;
            };
        };
        /** @description The index or the blobs do not answer, or are full; nothing is deleted */
        NotDeleted: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The results, in a stable order */
        Found: {
            headers: {
                Vary: components["headers"]["Vary"];
                Warning: components["headers"]["Warning"];
                [name: string]: unknown;
            };
            content: {
                "application/dicom+json": components["schemas"]["Datasets"];
                "application/json": components["schemas"]["Datasets"];
                "multipart/related; type=\"application/dicom+xml\"": components["schemas"]["NativeXmlParts"];
            };
        };
        /** @description Nothing matches, or `limit=0`; no body */
        NothingFound: {
            headers: {
                Vary: components["headers"]["Vary"];
                Warning: components["headers"]["Warning"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description One dataset an instance, bulk values by BulkDataURI; gzip where accepted */
        Metadata: {
            headers: {
                ETag: components["headers"]["ETag"];
                "Last-Modified": components["headers"]["Last-Modified"];
                "Cache-Control": components["headers"]["Cache-Control"];
                Vary: components["headers"]["Vary"];
                [name: string]: unknown;
            };
            content: {
                "application/dicom+json": components["schemas"]["Datasets"];
                "application/json": components["schemas"]["Datasets"];
                "multipart/related; type=\"application/dicom+xml\"": components["schemas"]["NativeXmlParts"];
                "application/dicom+xml": components["schemas"]["NativeXml"];
            };
        };
    };
    parameters: {
        /** @description Study Instance UID */
        study: components["schemas"]["Uid"];
        /** @description Series Instance UID */
        series: components["schemas"]["Uid"];
        /** @description SOP Instance UID */
        instance: components["schemas"]["Uid"];
        /** @description Frame numbers from 1, separated by commas, in any order */
        frames: string;
        /** @description Tag of the value; within sequences tag, item number from 1 and tag, separated by dots */
        bulkdataPath: string;
        /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
        accept: string[];
        /**
         * @description Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);
         *     a private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.
         *     Lists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.
         *     TimezoneOffsetFromUTC is the zone of the dates and times of the request.
         */
        match: {
            [key: string]: string;
        };
        /** @description More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3) */
        includefield: string[];
        /** @description Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4) */
        limit: number;
        /**
         * @description What is burnt in: `patient`, `technique`, or both with a comma between them; nothing by default. Unknown words are
         *     ignored, with a Warning (8.3.5.1.1)
         */
        annotation: string;
        /** @description Of JPEG, WebP and AVIF; 90, 80 and 60 by default (8.3.5.1.2) */
        quality: number;
        /**
         * @description `vw,vh` or `vw,vh,sx,sy,sw,sh`, decimal, the last four left out at will: the region is cut out (what of it lies
         *     outside of the picture is left off), flipped where sw or sh is negative, and fitted into the viewport, its shape
         *     kept (8.3.5.1.3). At most 16384 each way and 64 Mi pixels
         */
        viewport: string;
        /** @description `center,width,function` in rescaled units; linear (the default), linear-exact or sigmoid (8.3.5.1.4) */
        window: string;
        /** @description `no`, `yes`, `srgb`, `adobergb` or `rommrgb`; GIF and pictures that move bear none (8.3.5.1.5) */
        iccprofile: string;
        /** @description `vw,vh`, in place of 256,256; a picture that is smaller stays as it is (8.3.5.1.3) */
        thumbnailViewport: string;
        /** @description Number of the last change that is known; only later ones are told */
        since: number;
        /** @description Most changes of this answer */
        changesLimit: number;
        /** @description How many results to leave out first (8.3.4.4) */
        offset: number;
        /**
         * @description Keys of person names match where each of their words is, in any order, the beginning of a word of the name or
         *     sounds like one (8.3.4.2)
         */
        fuzzymatching: boolean;
        /** @description A key of two quotation marks, `""`, matches where the attribute is absent or empty (8.3.4.5) */
        emptyvaluematching: boolean;
        /** @description A key of several values, `\` between them, matches where all of them are (8.3.4.6) */
        multiplevaluematching: boolean;
        /** @description With false, rows have their UIDs and what keys and includefield name, and nothing else */
        includedefaults: boolean;
    };
    requestBodies: {
        /**
         * @description Part 10 files, any number, each a part; or one, bare. Or metadata and bulk data: the first part is the DICOM JSON
         *     array of all instances (or each of the first parts is the Native DICOM Model of one), the other parts are bulk
         *     values, found by their Content-Location, which is the BulkDataURI of the metadata; metadata without bulk data also
         *     bare. Streamed; FILMROOM_MAX_* bound them. The body may come with a Content-Encoding of gzip or deflate. A
         *     Content-Digest (RFC 9530), of a part or of the body, is verified. With `Expect: 100-continue` the body is asked for
         *     when the head of the request has been found good.
         */
        Instances: {
            content: {
                "multipart/related; type=\"application/dicom\"": unknown;
                "multipart/related; type=\"application/dicom+json\"": unknown;
                "multipart/related; type=\"application/dicom+xml\"": unknown;
                "application/dicom": unknown;
                "application/dicom+json": unknown;
                "application/json": unknown;
                "application/dicom+xml": unknown;
            };
        };
    };
    headers: {
        /** @description Strong: of the content, the representation, its content coding, and the base URL where the body holds URLs */
        ETag: string;
        /** @description When the content last changed; while that second is not over, the second before */
        "Last-Modified": string;
        /** @description `private, no-cache`: kept by the client alone, and asked for again each time (304 where it still holds) */
        "Cache-Control": string;
        /** @description `bytes` where ranges are served; then Range and If-Range count */
        "Accept-Ranges": string;
        /** @description `bytes {first}-{last}/{length}` of a 206, `bytes *\/{length}` of a 416 */
        "Content-Range": string;
        /** @description `sha-256=:{base64}:` of the whole file (RFC 9530), where it goes out as it is stored */
        "Repr-Digest": string;
        /** @description The methods of the resource; with OPTIONS and 405 */
        Allow: string;
        /** @description This document, as `service-desc` (RFC 8631) */
        Link: string;
        /** @description `299 {base}: text`: what was cut, left out or ignored */
        Warning: string;
        /** @description The URL of the frame or value, where the answer is one alone; of each in its part */
        "Content-Location": string;
        /** @description Seconds to wait before the next try */
        "Retry-After": number;
        /** @description Request headers that the answer depends on */
        Vary: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getCapabilities: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Capabilities"];
            400: components["responses"]["BadParameter"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["OurFault"];
        };
    };
    retrieveCapabilities: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Capabilities"];
            400: components["responses"]["BadParameter"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["OurFault"];
        };
    };
    searchStudies: {
        parameters: {
            query?: {
                /**
                 * @description Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);
                 *     a private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.
                 *     Lists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.
                 *     TimezoneOffsetFromUTC is the zone of the dates and times of the request.
                 */
                match?: components["parameters"]["match"];
                /** @description More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3) */
                includefield?: components["parameters"]["includefield"];
                /** @description Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4) */
                limit?: components["parameters"]["limit"];
                /** @description How many results to leave out first (8.3.4.4) */
                offset?: components["parameters"]["offset"];
                /**
                 * @description Keys of person names match where each of their words is, in any order, the beginning of a word of the name or
                 *     sounds like one (8.3.4.2)
                 */
                fuzzymatching?: components["parameters"]["fuzzymatching"];
                /** @description A key of two quotation marks, `""`, matches where the attribute is absent or empty (8.3.4.5) */
                emptyvaluematching?: components["parameters"]["emptyvaluematching"];
                /** @description A key of several values, `\` between them, matches where all of them are (8.3.4.6) */
                multiplevaluematching?: components["parameters"]["multiplevaluematching"];
                /** @description With false, rows have their UIDs and what keys and includefield name, and nothing else */
                includedefaults?: components["parameters"]["includedefaults"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Found"];
            204: components["responses"]["NothingFound"];
            /** @description A UID of the path or the value of a known parameter is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            /** @description The results are larger than 64 Mi characters; a smaller limit, or fewer attributes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    storeInstances: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Instances"];
        responses: {
            200: components["responses"]["Stored"];
            202: components["responses"]["StoredInPart"];
            /** @description The URL or the envelope is wrong and no instance in it was whole */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["UploadIdle"];
            409: components["responses"]["NoneStored"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    searchSeries: {
        parameters: {
            query?: {
                /**
                 * @description Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);
                 *     a private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.
                 *     Lists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.
                 *     TimezoneOffsetFromUTC is the zone of the dates and times of the request.
                 */
                match?: components["parameters"]["match"];
                /** @description More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3) */
                includefield?: components["parameters"]["includefield"];
                /** @description Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4) */
                limit?: components["parameters"]["limit"];
                /** @description How many results to leave out first (8.3.4.4) */
                offset?: components["parameters"]["offset"];
                /**
                 * @description Keys of person names match where each of their words is, in any order, the beginning of a word of the name or
                 *     sounds like one (8.3.4.2)
                 */
                fuzzymatching?: components["parameters"]["fuzzymatching"];
                /** @description A key of two quotation marks, `""`, matches where the attribute is absent or empty (8.3.4.5) */
                emptyvaluematching?: components["parameters"]["emptyvaluematching"];
                /** @description A key of several values, `\` between them, matches where all of them are (8.3.4.6) */
                multiplevaluematching?: components["parameters"]["multiplevaluematching"];
                /** @description With false, rows have their UIDs and what keys and includefield name, and nothing else */
                includedefaults?: components["parameters"]["includedefaults"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Found"];
            204: components["responses"]["NothingFound"];
            /** @description A UID of the path or the value of a known parameter is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            /** @description The results are larger than 64 Mi characters; a smaller limit, or fewer attributes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    searchInstances: {
        parameters: {
            query?: {
                /**
                 * @description Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);
                 *     a private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.
                 *     Lists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.
                 *     TimezoneOffsetFromUTC is the zone of the dates and times of the request.
                 */
                match?: components["parameters"]["match"];
                /** @description More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3) */
                includefield?: components["parameters"]["includefield"];
                /** @description Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4) */
                limit?: components["parameters"]["limit"];
                /** @description How many results to leave out first (8.3.4.4) */
                offset?: components["parameters"]["offset"];
                /**
                 * @description Keys of person names match where each of their words is, in any order, the beginning of a word of the name or
                 *     sounds like one (8.3.4.2)
                 */
                fuzzymatching?: components["parameters"]["fuzzymatching"];
                /** @description A key of two quotation marks, `""`, matches where the attribute is absent or empty (8.3.4.5) */
                emptyvaluematching?: components["parameters"]["emptyvaluematching"];
                /** @description A key of several values, `\` between them, matches where all of them are (8.3.4.6) */
                multiplevaluematching?: components["parameters"]["multiplevaluematching"];
                /** @description With false, rows have their UIDs and what keys and includefield name, and nothing else */
                includedefaults?: components["parameters"]["includedefaults"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Found"];
            204: components["responses"]["NothingFound"];
            /** @description A UID of the path or the value of a known parameter is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            /** @description The results are larger than 64 Mi characters; a smaller limit, or fewer attributes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveStudy: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All instances, each a part, in the order of series number, series, instance number, instance */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": components["schemas"]["Multipart"];
                    "application/zip": components["schemas"]["Bytes"];
                };
            };
            /** @description Some instances cannot be given in the representation asked for; the others follow */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": components["schemas"]["Multipart"];
                    "application/zip": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    storeStudyInstances: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Instances"];
        responses: {
            200: components["responses"]["Stored"];
            202: components["responses"]["StoredInPart"];
            /** @description The URL or the envelope is wrong and no instance in it was whole */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["UploadIdle"];
            409: components["responses"]["NoneStored"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    deleteStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing of it is found any more; durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["NotDeleted"];
        };
    };
    retrieveStudyMetadata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Metadata"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    searchStudySeries: {
        parameters: {
            query?: {
                /**
                 * @description Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);
                 *     a private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.
                 *     Lists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.
                 *     TimezoneOffsetFromUTC is the zone of the dates and times of the request.
                 */
                match?: components["parameters"]["match"];
                /** @description More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3) */
                includefield?: components["parameters"]["includefield"];
                /** @description Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4) */
                limit?: components["parameters"]["limit"];
                /** @description How many results to leave out first (8.3.4.4) */
                offset?: components["parameters"]["offset"];
                /**
                 * @description Keys of person names match where each of their words is, in any order, the beginning of a word of the name or
                 *     sounds like one (8.3.4.2)
                 */
                fuzzymatching?: components["parameters"]["fuzzymatching"];
                /** @description A key of two quotation marks, `""`, matches where the attribute is absent or empty (8.3.4.5) */
                emptyvaluematching?: components["parameters"]["emptyvaluematching"];
                /** @description A key of several values, `\` between them, matches where all of them are (8.3.4.6) */
                multiplevaluematching?: components["parameters"]["multiplevaluematching"];
                /** @description With false, rows have their UIDs and what keys and includefield name, and nothing else */
                includedefaults?: components["parameters"]["includedefaults"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Found"];
            204: components["responses"]["NothingFound"];
            /** @description A UID of the path or the value of a known parameter is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            /** @description The results are larger than 64 Mi characters; a smaller limit, or fewer attributes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    searchStudyInstances: {
        parameters: {
            query?: {
                /**
                 * @description Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);
                 *     a private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.
                 *     Lists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.
                 *     TimezoneOffsetFromUTC is the zone of the dates and times of the request.
                 */
                match?: components["parameters"]["match"];
                /** @description More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3) */
                includefield?: components["parameters"]["includefield"];
                /** @description Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4) */
                limit?: components["parameters"]["limit"];
                /** @description How many results to leave out first (8.3.4.4) */
                offset?: components["parameters"]["offset"];
                /**
                 * @description Keys of person names match where each of their words is, in any order, the beginning of a word of the name or
                 *     sounds like one (8.3.4.2)
                 */
                fuzzymatching?: components["parameters"]["fuzzymatching"];
                /** @description A key of two quotation marks, `""`, matches where the attribute is absent or empty (8.3.4.5) */
                emptyvaluematching?: components["parameters"]["emptyvaluematching"];
                /** @description A key of several values, `\` between them, matches where all of them are (8.3.4.6) */
                multiplevaluematching?: components["parameters"]["multiplevaluematching"];
                /** @description With false, rows have their UIDs and what keys and includefield name, and nothing else */
                includedefaults?: components["parameters"]["includedefaults"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Found"];
            204: components["responses"]["NothingFound"];
            /** @description A UID of the path or the value of a known parameter is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            /** @description The results are larger than 64 Mi characters; a smaller limit, or fewer attributes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveSeries: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All instances, each a part, in the order of series number, series, instance number, instance */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": components["schemas"]["Multipart"];
                    "application/zip": components["schemas"]["Bytes"];
                };
            };
            /** @description Some instances cannot be given in the representation asked for; the others follow */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": components["schemas"]["Multipart"];
                    "application/zip": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSeries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing of it is found any more; durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["NotDeleted"];
        };
    };
    retrieveSeriesMetadata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Metadata"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    searchSeriesInstances: {
        parameters: {
            query?: {
                /**
                 * @description Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);
                 *     a private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.
                 *     Lists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.
                 *     TimezoneOffsetFromUTC is the zone of the dates and times of the request.
                 */
                match?: components["parameters"]["match"];
                /** @description More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3) */
                includefield?: components["parameters"]["includefield"];
                /** @description Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4) */
                limit?: components["parameters"]["limit"];
                /** @description How many results to leave out first (8.3.4.4) */
                offset?: components["parameters"]["offset"];
                /**
                 * @description Keys of person names match where each of their words is, in any order, the beginning of a word of the name or
                 *     sounds like one (8.3.4.2)
                 */
                fuzzymatching?: components["parameters"]["fuzzymatching"];
                /** @description A key of two quotation marks, `""`, matches where the attribute is absent or empty (8.3.4.5) */
                emptyvaluematching?: components["parameters"]["emptyvaluematching"];
                /** @description A key of several values, `\` between them, matches where all of them are (8.3.4.6) */
                multiplevaluematching?: components["parameters"]["multiplevaluematching"];
                /** @description With false, rows have their UIDs and what keys and includefield name, and nothing else */
                includedefaults?: components["parameters"]["includedefaults"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Found"];
            204: components["responses"]["NothingFound"];
            /** @description A UID of the path or the value of a known parameter is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            /** @description The results are larger than 64 Mi characters; a smaller limit, or fewer attributes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveInstance: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The instance, as one part or bare */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Repr-Digest": components["headers"]["Repr-Digest"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": components["schemas"]["Multipart"];
                    "application/zip": components["schemas"]["Bytes"];
                    "application/dicom": components["schemas"]["Part10File"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": components["schemas"]["Multipart"];
                    "application/zip": components["schemas"]["Bytes"];
                    "application/dicom": components["schemas"]["Part10File"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteInstance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing of it is found any more; durable */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["NotDeleted"];
        };
    };
    retrieveInstanceMetadata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Metadata"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveFrames: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Frame numbers from 1, separated by commas, in any order */
                frames: components["parameters"]["frames"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The frames, each a part without item headers, labelled with its transfer syntax; a single frame also bare.
             *     Compressed frames go out as stored, under the media type of their codestream (8.7.3.3).
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description A UID of the path or the frame list is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such instance, it has no pixels, or fewer frames than asked for */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveRenderedStudy: {
        parameters: {
            query?: {
                /**
                 * @description What is burnt in: `patient`, `technique`, or both with a comma between them; nothing by default. Unknown words are
                 *     ignored, with a Warning (8.3.5.1.1)
                 */
                annotation?: components["parameters"]["annotation"];
                /** @description `no`, `yes`, `srgb`, `adobergb` or `rommrgb`; GIF and pictures that move bear none (8.3.5.1.5) */
                iccprofile?: components["parameters"]["iccprofile"];
                /** @description Of JPEG, WebP and AVIF; 90, 80 and 60 by default (8.3.5.1.2) */
                quality?: components["parameters"]["quality"];
                /**
                 * @description `vw,vh` or `vw,vh,sx,sy,sw,sh`, decimal, the last four left out at will: the region is cut out (what of it lies
                 *     outside of the picture is left off), flipped where sw or sh is negative, and fitted into the viewport, its shape
                 *     kept (8.3.5.1.3). At most 16384 each way and 64 Mi pixels
                 */
                viewport?: components["parameters"]["viewport"];
                /** @description `center,width,function` in rescaled units; linear (the default), linear-exact or sigmoid (8.3.5.1.4) */
                window?: components["parameters"]["window"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description A picture of each instance that has one, a part each, in the order of the series; what cannot be drawn is told
             *     in its place by a part that is a problem document. Where a picture without multipart is asked for: that of the
             *     middle instance of the first series of images
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    Warning: components["headers"]["Warning"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"image/jpeg\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/png\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/gif\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/webp\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/avif\"": components["schemas"]["Multipart"];
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureParameter"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveRenderedSeries: {
        parameters: {
            query?: {
                /**
                 * @description What is burnt in: `patient`, `technique`, or both with a comma between them; nothing by default. Unknown words are
                 *     ignored, with a Warning (8.3.5.1.1)
                 */
                annotation?: components["parameters"]["annotation"];
                /** @description `no`, `yes`, `srgb`, `adobergb` or `rommrgb`; GIF and pictures that move bear none (8.3.5.1.5) */
                iccprofile?: components["parameters"]["iccprofile"];
                /** @description Of JPEG, WebP and AVIF; 90, 80 and 60 by default (8.3.5.1.2) */
                quality?: components["parameters"]["quality"];
                /**
                 * @description `vw,vh` or `vw,vh,sx,sy,sw,sh`, decimal, the last four left out at will: the region is cut out (what of it lies
                 *     outside of the picture is left off), flipped where sw or sh is negative, and fitted into the viewport, its shape
                 *     kept (8.3.5.1.3). At most 16384 each way and 64 Mi pixels
                 */
                viewport?: components["parameters"]["viewport"];
                /** @description `center,width,function` in rescaled units; linear (the default), linear-exact or sigmoid (8.3.5.1.4) */
                window?: components["parameters"]["window"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description A picture of each instance that has one, a part each, in the order of the series; what cannot be drawn is told
             *     in its place by a part that is a problem document. Where a picture without multipart is asked for: that of the
             *     middle instance of the first series of images
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    Warning: components["headers"]["Warning"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"image/jpeg\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/png\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/gif\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/webp\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/avif\"": components["schemas"]["Multipart"];
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureParameter"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveRenderedInstance: {
        parameters: {
            query?: {
                /**
                 * @description What is burnt in: `patient`, `technique`, or both with a comma between them; nothing by default. Unknown words are
                 *     ignored, with a Warning (8.3.5.1.1)
                 */
                annotation?: components["parameters"]["annotation"];
                /** @description `no`, `yes`, `srgb`, `adobergb` or `rommrgb`; GIF and pictures that move bear none (8.3.5.1.5) */
                iccprofile?: components["parameters"]["iccprofile"];
                /** @description Of JPEG, WebP and AVIF; 90, 80 and 60 by default (8.3.5.1.2) */
                quality?: components["parameters"]["quality"];
                /**
                 * @description `vw,vh` or `vw,vh,sx,sy,sw,sh`, decimal, the last four left out at will: the region is cut out (what of it lies
                 *     outside of the picture is left off), flipped where sw or sh is negative, and fitted into the viewport, its shape
                 *     kept (8.3.5.1.3). At most 16384 each way and 64 Mi pixels
                 */
                viewport?: components["parameters"]["viewport"];
                /** @description `center,width,function` in rescaled units; linear (the default), linear-exact or sigmoid (8.3.5.1.4) */
                window?: components["parameters"]["window"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description A picture, of a multi-frame instance of its middle frame; as GIF, WebP or (where ffmpeg is installed) MP4 all its
             *     frames, one after the other; as multipart all its frames, a part each. A video or an
             *     encapsulated document as it is, under its own media type. A structured report, a key object selection or a CDA
             *     document as a page or plain text
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    Warning: components["headers"]["Warning"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/related; type=\"image/jpeg\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/png\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/gif\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/webp\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/avif\"": components["schemas"]["Multipart"];
                    "video/mp4": components["schemas"]["Bytes"];
                    "video/mpeg": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                    "text/html": string;
                    "text/plain": string;
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "video/mp4": components["schemas"]["Bytes"];
                    "video/mpeg": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureParameter"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveRenderedFrames: {
        parameters: {
            query?: {
                /**
                 * @description What is burnt in: `patient`, `technique`, or both with a comma between them; nothing by default. Unknown words are
                 *     ignored, with a Warning (8.3.5.1.1)
                 */
                annotation?: components["parameters"]["annotation"];
                /** @description `no`, `yes`, `srgb`, `adobergb` or `rommrgb`; GIF and pictures that move bear none (8.3.5.1.5) */
                iccprofile?: components["parameters"]["iccprofile"];
                /** @description Of JPEG, WebP and AVIF; 90, 80 and 60 by default (8.3.5.1.2) */
                quality?: components["parameters"]["quality"];
                /**
                 * @description `vw,vh` or `vw,vh,sx,sy,sw,sh`, decimal, the last four left out at will: the region is cut out (what of it lies
                 *     outside of the picture is left off), flipped where sw or sh is negative, and fitted into the viewport, its shape
                 *     kept (8.3.5.1.3). At most 16384 each way and 64 Mi pixels
                 */
                viewport?: components["parameters"]["viewport"];
                /** @description `center,width,function` in rescaled units; linear (the default), linear-exact or sigmoid (8.3.5.1.4) */
                window?: components["parameters"]["window"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Frame numbers from 1, separated by commas, in any order */
                frames: components["parameters"]["frames"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture of the frame; of several, a part each, in the order asked for */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    Warning: components["headers"]["Warning"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/related; type=\"image/jpeg\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/png\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/gif\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/webp\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/avif\"": components["schemas"]["Multipart"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureFrames"];
            404: components["responses"]["FrameNotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveStudyThumbnail: {
        parameters: {
            query?: {
                /** @description `vw,vh`, in place of 256,256; a picture that is smaller stays as it is (8.3.5.1.3) */
                viewport?: components["parameters"]["thumbnailViewport"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture; of what has none, an icon of its kind */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureParameter"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveSeriesThumbnail: {
        parameters: {
            query?: {
                /** @description `vw,vh`, in place of 256,256; a picture that is smaller stays as it is (8.3.5.1.3) */
                viewport?: components["parameters"]["thumbnailViewport"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture; of what has none, an icon of its kind */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureParameter"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveInstanceThumbnail: {
        parameters: {
            query?: {
                /** @description `vw,vh`, in place of 256,256; a picture that is smaller stays as it is (8.3.5.1.3) */
                viewport?: components["parameters"]["thumbnailViewport"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture; of what has none, an icon of its kind */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureParameter"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveFramesThumbnail: {
        parameters: {
            query?: {
                /** @description `vw,vh`, in place of 256,256; a picture that is smaller stays as it is (8.3.5.1.3) */
                viewport?: components["parameters"]["thumbnailViewport"];
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Frame numbers from 1, separated by commas, in any order */
                frames: components["parameters"]["frames"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPictureFrames"];
            404: components["responses"]["FrameNotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    retrieveBulkdata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
                /** @description Tag of the value; within sequences tag, item number from 1 and tag, separated by dots */
                path: components["parameters"]["bulkdataPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The value, little endian; compressed Pixel Data one part a frame, video as one stream, an Encapsulated
             *     Document also under its own media type
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description A UID or the path of the value is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such instance, or no bulk value under that path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    changes: {
        parameters: {
            query?: {
                /** @description Number of the last change that is known; only later ones are told */
                since?: components["parameters"]["since"];
                /** @description Most changes of this answer */
                limit?: components["parameters"]["changesLimit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes after `since`, none missed and none twice; an empty list where there are none yet */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changes"];
                };
            };
            /** @description A parameter is not such a number, or is given twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            500: components["responses"]["OurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveStudyBulkdata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the
             *     resource is one value in one part also bare
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"application/pdf\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"text/xml\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/stl\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/obj\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/mtl\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                };
            };
            /** @description Some values cannot be given in the representation asked for; the others follow. Or a range of one */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"application/pdf\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"text/xml\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/stl\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/obj\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/mtl\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            /** @description Nothing is stored at exactly these UIDs, or nothing there has such a value */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveStudyPixeldata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the
             *     resource is one value in one part also bare
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                };
            };
            /** @description Some values cannot be given in the representation asked for; the others follow. Or a range of one */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            /** @description Nothing is stored at exactly these UIDs, or nothing there has such a value */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveSeriesBulkdata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the
             *     resource is one value in one part also bare
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"application/pdf\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"text/xml\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/stl\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/obj\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/mtl\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                };
            };
            /** @description Some values cannot be given in the representation asked for; the others follow. Or a range of one */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"application/pdf\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"text/xml\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/stl\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/obj\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/mtl\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            /** @description Nothing is stored at exactly these UIDs, or nothing there has such a value */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveSeriesPixeldata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the
             *     resource is one value in one part also bare
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                };
            };
            /** @description Some values cannot be given in the representation asked for; the others follow. Or a range of one */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            /** @description Nothing is stored at exactly these UIDs, or nothing there has such a value */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveInstanceBulkdata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the
             *     resource is one value in one part also bare
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"application/pdf\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"text/xml\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/stl\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/obj\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/mtl\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                };
            };
            /** @description Some values cannot be given in the representation asked for; the others follow. Or a range of one */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"application/pdf\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"text/xml\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/stl\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/obj\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"model/mtl\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "application/pdf": components["schemas"]["Bytes"];
                    "text/xml": components["schemas"]["Bytes"];
                    "model/stl": components["schemas"]["Bytes"];
                    "model/obj": components["schemas"]["Bytes"];
                    "model/mtl": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            /** @description Nothing is stored at exactly these UIDs, or nothing there has such a value */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    retrieveInstancePixeldata: {
        parameters: {
            query?: {
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path: {
                /** @description Study Instance UID */
                study: components["parameters"]["study"];
                /** @description Series Instance UID */
                series: components["parameters"]["series"];
                /** @description SOP Instance UID */
                instance: components["parameters"]["instance"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the
             *     resource is one value in one part also bare
             */
            200: {
                headers: {
                    "Content-Location": components["headers"]["Content-Location"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                };
            };
            /** @description Some values cannot be given in the representation asked for; the others follow. Or a range of one */
            206: {
                headers: {
                    Warning: components["headers"]["Warning"];
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"image/*\"": components["schemas"]["Multipart"];
                    "multipart/related; type=\"video/*\"": components["schemas"]["Multipart"];
                    "application/octet-stream": components["schemas"]["Bytes"];
                    "image/*": components["schemas"]["Bytes"];
                    "video/*": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadPath"];
            /** @description Nothing is stored at exactly these UIDs, or nothing there has such a value */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["Unavailable"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    retrieveByUri: {
        parameters: {
            query: {
                /** @description `WADO` */
                requestType: string;
                /** @description Study Instance UID */
                studyUID: components["schemas"]["Uid"];
                /** @description Series Instance UID */
                seriesUID: components["schemas"]["Uid"];
                /** @description SOP Instance UID */
                objectUID: components["schemas"]["Uid"];
                /** @description Media types with commas between them, without parameters; absent, what Accept takes, application/dicom before a picture (9.1.2) */
                contentType?: string;
                /** @description Of the file; `*` as it is stored; absent as by the path of the instance (9.4.1) */
                transferSyntax?: string;
                /** @description `yes` is not built and answered 406 (9.4.1) */
                anonymize?: "yes";
                /** @description Of text, which a file is not (8.8) */
                charset?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                annotation?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                columns?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                frameNumber?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                imageAnnotation?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                imageQuality?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                presentationSeriesUID?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                presentationUID?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                region?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                rows?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                windowCenter?: string;
                /** @description Of a picture (9.5.1); 400 beside application/dicom */
                windowWidth?: string;
                /** @description Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1) */
                accept?: components["parameters"]["accept"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The instance as a file of PS3.10; where parameters or media types ask for it, as a picture, or of a report as a page */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Content-Location": components["headers"]["Content-Location"];
                    Warning: components["headers"]["Warning"];
                    "Repr-Digest": components["headers"]["Repr-Digest"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom": components["schemas"]["Part10File"];
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "text/html": string;
                    "text/plain": string;
                };
            };
            /** @description The range of it that was asked for; several as multipart/byteranges */
            206: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom": components["schemas"]["Part10File"];
                    "image/jpeg": components["schemas"]["Bytes"];
                    "image/png": components["schemas"]["Bytes"];
                    "image/gif": components["schemas"]["Bytes"];
                    "image/webp": components["schemas"]["Bytes"];
                    "image/avif": components["schemas"]["Bytes"];
                    "multipart/byteranges": components["schemas"]["Bytes"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description A parameter is missing or wrong, or does not go with another */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["FrameNotFound"];
            406: components["responses"]["NotRenderable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooMuchToRender"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["DamagedOrOurFault"];
            503: components["responses"]["RenderingUnavailable"];
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    contract: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
}
