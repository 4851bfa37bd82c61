/** Made from openapi/filmroom.yaml by `npm run contract`. Change that file, not this one. */
/** The contract as it is served; `basePath` is the default. */
export const contractDocument = {
 "openapi": "3.1.0",
 "info": {
  "title": "Filmroom",
  "version": "0.1.0",
  "summary": "DICOMweb Studies Service (PS3.18 chapter 10)",
  "license": {
   "name": "Apache-2.0",
   "identifier": "Apache-2.0"
  },
  "description": "Stores, finds and returns DICOM studies. Section numbers are those of DICOM PS3.18 (2024e).\n\n**HEAD** is answered wherever GET is, with the same status and headers and no body; it stops after negotiation.\n\n**Errors** are problem documents (RFC 9457). `type` names the kind of problem (`urn:filmroom:problem:{kind}`), and\ndocs/problems.md says what to do about each. `x-filmroom-problems` lists the kinds that a status of an operation\ncan bear. A fault of the server itself is 500 with type `about:blank` and an `incident` that its log has too.\n\n**Conditions and ranges** (RFC 9110 13, 14). What is retrieved bears a strong ETag and Last-Modified, and 304 answers\nIf-None-Match or If-Modified-Since before anything is read. Frames, bulk values and a single instance as it is stored\nare served in ranges, multipart bodies too: their bytes are the same each time. A Range that is malformed or asks for\nmore than 16 ranges, or for the same bytes twice, is ignored.\n\n**OPTIONS** of any path below describes that resource and what is below it (8.9); `Allow` lists its methods. A method\nthat a path does not know is 405 with the same `Allow`, whatever the method.\n\n**CORS.** For an origin named in FILMROOM_CORS_ORIGINS every answer, errors too, bears the headers of\n`x-filmroom-cors`, and a preflight anywhere is answered 204.\n\n**Unknown query parameters** are ignored (8.3); a bad value of a known one is 400.\n"
 },
 "x-filmroom-head": "Every GET below is answered to HEAD as well.",
 "x-filmroom-everywhere": {
  "400": [
   "malformed-request"
  ],
  "404": [
   "not-found"
  ],
  "405": [
   "method-not-allowed"
  ]
 },
 "x-filmroom-never-a-status": {
  "bad-dicom": "The failure reason of one instance in a store response, C000H",
  "unsupported-transfer-syntax": "The failure reason of one instance in a store response, C122H",
  "client-gone": "Nobody is there to read it"
 },
 "x-filmroom-cors": {
  "allowMethods": [
   "GET",
   "HEAD",
   "POST",
   "PUT",
   "DELETE",
   "OPTIONS"
  ],
  "allowHeaders": [
   "Accept",
   "Authorization",
   "Cache-Control",
   "Content-Type",
   "If-Match",
   "If-Modified-Since",
   "If-None-Match",
   "If-Range",
   "If-Unmodified-Since",
   "Range",
   "X-Requested-With"
  ],
  "exposeHeaders": [
   "Accept-Ranges",
   "Content-Digest",
   "Content-Length",
   "Content-Location",
   "Content-Range",
   "Content-Type",
   "ETag",
   "Last-Modified",
   "Location",
   "Repr-Digest",
   "Retry-After",
   "Warning"
  ],
  "maxAge": 7200
 },
 "servers": [
  {
   "url": "{basePath}",
   "description": "The DICOMweb root",
   "variables": {
    "basePath": {
     "default": "/dicomweb",
     "description": "FILMROOM_BASE_PATH"
    }
   }
  }
 ],
 "tags": [
  {
   "name": "capabilities",
   "description": "What the server can do, 8.9"
  },
  {
   "name": "store",
   "description": "STOW-RS, 10.5"
  },
  {
   "name": "search",
   "description": "QIDO-RS, 10.6"
  },
  {
   "name": "retrieve",
   "description": "WADO-RS, 10.4"
  },
  {
   "name": "delete",
   "description": "Deletion, which PS3.18 chapter 10 does not have; as other servers do it"
  },
  {
   "name": "changes",
   "description": "The change feed, of Filmroom's own"
  },
  {
   "name": "uri",
   "description": "WADO-URI, 9; beside the DICOMweb root"
  },
  {
   "name": "operations",
   "description": "What runs the server asks; beside the DICOMweb root"
  }
 ],
 "paths": {
  "/": {
   "options": {
    "operationId": "retrieveCapabilities",
    "tags": [
     "capabilities"
    ],
    "summary": "The Capabilities Description of all resources (8.9); of one by OPTIONS of its path",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Capabilities"
     },
     "400": {
      "$ref": "#/components/responses/BadParameter"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     }
    }
   },
   "get": {
    "operationId": "getCapabilities",
    "tags": [
     "capabilities"
    ],
    "summary": "The same, for whoever cannot send OPTIONS",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Capabilities"
     },
     "400": {
      "$ref": "#/components/responses/BadParameter"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     }
    }
   }
  },
  "/studies": {
   "post": {
    "operationId": "storeInstances",
    "tags": [
     "store"
    ],
    "summary": "Store instances of any study (10.5)",
    "requestBody": {
     "$ref": "#/components/requestBodies/Instances"
    },
    "responses": {
     "200": {
      "$ref": "#/components/responses/Stored"
     },
     "202": {
      "$ref": "#/components/responses/StoredInPart"
     },
     "400": {
      "description": "The URL or the envelope is wrong and no instance in it was whole",
      "x-filmroom-problems": [
       "invalid-uid",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "408": {
      "$ref": "#/components/responses/UploadIdle"
     },
     "409": {
      "$ref": "#/components/responses/NoneStored"
     },
     "413": {
      "$ref": "#/components/responses/TooLarge"
     },
     "415": {
      "$ref": "#/components/responses/UnsupportedMediaType"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/StoreUnavailable"
     }
    }
   },
   "get": {
    "operationId": "searchStudies",
    "tags": [
     "search"
    ],
    "summary": "Search for studies (10.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/match"
     },
     {
      "$ref": "#/components/parameters/includefield"
     },
     {
      "$ref": "#/components/parameters/limit"
     },
     {
      "$ref": "#/components/parameters/offset"
     },
     {
      "$ref": "#/components/parameters/fuzzymatching"
     },
     {
      "$ref": "#/components/parameters/emptyvaluematching"
     },
     {
      "$ref": "#/components/parameters/multiplevaluematching"
     },
     {
      "$ref": "#/components/parameters/includedefaults"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Found"
     },
     "204": {
      "$ref": "#/components/responses/NothingFound"
     },
     "400": {
      "description": "A UID of the path or the value of a known parameter is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "413": {
      "description": "The results are larger than 64 Mi characters; a smaller limit, or fewer attributes",
      "x-filmroom-problems": [
       "payload-too-large"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/series": {
   "get": {
    "operationId": "searchSeries",
    "tags": [
     "search"
    ],
    "summary": "Search for series of all studies, with their study's attributes (10.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/match"
     },
     {
      "$ref": "#/components/parameters/includefield"
     },
     {
      "$ref": "#/components/parameters/limit"
     },
     {
      "$ref": "#/components/parameters/offset"
     },
     {
      "$ref": "#/components/parameters/fuzzymatching"
     },
     {
      "$ref": "#/components/parameters/emptyvaluematching"
     },
     {
      "$ref": "#/components/parameters/multiplevaluematching"
     },
     {
      "$ref": "#/components/parameters/includedefaults"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Found"
     },
     "204": {
      "$ref": "#/components/responses/NothingFound"
     },
     "400": {
      "description": "A UID of the path or the value of a known parameter is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "413": {
      "description": "The results are larger than 64 Mi characters; a smaller limit, or fewer attributes",
      "x-filmroom-problems": [
       "payload-too-large"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/instances": {
   "get": {
    "operationId": "searchInstances",
    "tags": [
     "search"
    ],
    "summary": "Search for instances of all studies, with their study's and series' attributes (10.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/match"
     },
     {
      "$ref": "#/components/parameters/includefield"
     },
     {
      "$ref": "#/components/parameters/limit"
     },
     {
      "$ref": "#/components/parameters/offset"
     },
     {
      "$ref": "#/components/parameters/fuzzymatching"
     },
     {
      "$ref": "#/components/parameters/emptyvaluematching"
     },
     {
      "$ref": "#/components/parameters/multiplevaluematching"
     },
     {
      "$ref": "#/components/parameters/includedefaults"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Found"
     },
     "204": {
      "$ref": "#/components/responses/NothingFound"
     },
     "400": {
      "description": "A UID of the path or the value of a known parameter is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "413": {
      "description": "The results are larger than 64 Mi characters; a smaller limit, or fewer attributes",
      "x-filmroom-problems": [
       "payload-too-large"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "post": {
    "operationId": "storeStudyInstances",
    "tags": [
     "store"
    ],
    "summary": "Store instances of one study; one of another study fails with A900H (10.5)",
    "requestBody": {
     "$ref": "#/components/requestBodies/Instances"
    },
    "responses": {
     "200": {
      "$ref": "#/components/responses/Stored"
     },
     "202": {
      "$ref": "#/components/responses/StoredInPart"
     },
     "400": {
      "description": "The URL or the envelope is wrong and no instance in it was whole",
      "x-filmroom-problems": [
       "invalid-uid",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "408": {
      "$ref": "#/components/responses/UploadIdle"
     },
     "409": {
      "$ref": "#/components/responses/NoneStored"
     },
     "413": {
      "$ref": "#/components/responses/TooLarge"
     },
     "415": {
      "$ref": "#/components/responses/UnsupportedMediaType"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/StoreUnavailable"
     }
    }
   },
   "get": {
    "operationId": "retrieveStudy",
    "tags": [
     "retrieve"
    ],
    "summary": "The instances of a study (10.4.1.1.1)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "All instances, each a part, in the order of series number, series, instance number, instance",
      "headers": {
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/dicom\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/zip": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some instances cannot be given in the representation asked for; the others follow",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/dicom\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/zip": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   },
   "delete": {
    "operationId": "deleteStudy",
    "tags": [
     "delete"
    ],
    "summary": "Delete a study; can be restored for FILMROOM_DELETE_GRACE by `filmroom restore`",
    "responses": {
     "204": {
      "description": "Nothing of it is found any more; durable"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/NotDeleted"
     }
    }
   }
  },
  "/studies/{study}/metadata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "get": {
    "operationId": "retrieveStudyMetadata",
    "tags": [
     "retrieve"
    ],
    "summary": "Metadata of a study's instances (10.4.1.1.2)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Metadata"
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "get": {
    "operationId": "searchStudySeries",
    "tags": [
     "search"
    ],
    "summary": "Search for the series of a study (10.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/match"
     },
     {
      "$ref": "#/components/parameters/includefield"
     },
     {
      "$ref": "#/components/parameters/limit"
     },
     {
      "$ref": "#/components/parameters/offset"
     },
     {
      "$ref": "#/components/parameters/fuzzymatching"
     },
     {
      "$ref": "#/components/parameters/emptyvaluematching"
     },
     {
      "$ref": "#/components/parameters/multiplevaluematching"
     },
     {
      "$ref": "#/components/parameters/includedefaults"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Found"
     },
     "204": {
      "$ref": "#/components/responses/NothingFound"
     },
     "400": {
      "description": "A UID of the path or the value of a known parameter is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "413": {
      "description": "The results are larger than 64 Mi characters; a smaller limit, or fewer attributes",
      "x-filmroom-problems": [
       "payload-too-large"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/instances": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "get": {
    "operationId": "searchStudyInstances",
    "tags": [
     "search"
    ],
    "summary": "Search for the instances of a study, with their series' attributes (10.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/match"
     },
     {
      "$ref": "#/components/parameters/includefield"
     },
     {
      "$ref": "#/components/parameters/limit"
     },
     {
      "$ref": "#/components/parameters/offset"
     },
     {
      "$ref": "#/components/parameters/fuzzymatching"
     },
     {
      "$ref": "#/components/parameters/emptyvaluematching"
     },
     {
      "$ref": "#/components/parameters/multiplevaluematching"
     },
     {
      "$ref": "#/components/parameters/includedefaults"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Found"
     },
     "204": {
      "$ref": "#/components/responses/NothingFound"
     },
     "400": {
      "description": "A UID of the path or the value of a known parameter is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "413": {
      "description": "The results are larger than 64 Mi characters; a smaller limit, or fewer attributes",
      "x-filmroom-problems": [
       "payload-too-large"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    }
   ],
   "get": {
    "operationId": "retrieveSeries",
    "tags": [
     "retrieve"
    ],
    "summary": "The instances of a series (10.4.1.1.1)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "All instances, each a part, in the order of series number, series, instance number, instance",
      "headers": {
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/dicom\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/zip": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some instances cannot be given in the representation asked for; the others follow",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/dicom\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/zip": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   },
   "delete": {
    "operationId": "deleteSeries",
    "tags": [
     "delete"
    ],
    "summary": "Delete a series; can be restored for FILMROOM_DELETE_GRACE by `filmroom restore`",
    "responses": {
     "204": {
      "description": "Nothing of it is found any more; durable"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/NotDeleted"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/metadata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    }
   ],
   "get": {
    "operationId": "retrieveSeriesMetadata",
    "tags": [
     "retrieve"
    ],
    "summary": "Metadata of a series' instances (10.4.1.1.2)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Metadata"
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    }
   ],
   "get": {
    "operationId": "searchSeriesInstances",
    "tags": [
     "search"
    ],
    "summary": "Search for the instances of a series (10.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/match"
     },
     {
      "$ref": "#/components/parameters/includefield"
     },
     {
      "$ref": "#/components/parameters/limit"
     },
     {
      "$ref": "#/components/parameters/offset"
     },
     {
      "$ref": "#/components/parameters/fuzzymatching"
     },
     {
      "$ref": "#/components/parameters/emptyvaluematching"
     },
     {
      "$ref": "#/components/parameters/multiplevaluematching"
     },
     {
      "$ref": "#/components/parameters/includedefaults"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Found"
     },
     "204": {
      "$ref": "#/components/responses/NothingFound"
     },
     "400": {
      "description": "A UID of the path or the value of a known parameter is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "413": {
      "description": "The results are larger than 64 Mi characters; a smaller limit, or fewer attributes",
      "x-filmroom-problems": [
       "payload-too-large"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    }
   ],
   "get": {
    "operationId": "retrieveInstance",
    "tags": [
     "retrieve"
    ],
    "summary": "One instance (10.4.1.1.1)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The instance, as one part or bare",
      "headers": {
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Repr-Digest": {
        "$ref": "#/components/headers/Repr-Digest"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/dicom\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/zip": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/dicom": {
        "schema": {
         "$ref": "#/components/schemas/Part10File"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/dicom\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/zip": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/dicom": {
        "schema": {
         "$ref": "#/components/schemas/Part10File"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   },
   "delete": {
    "operationId": "deleteInstance",
    "tags": [
     "delete"
    ],
    "summary": "Delete an instance; can be restored for FILMROOM_DELETE_GRACE by `filmroom restore`",
    "responses": {
     "204": {
      "description": "Nothing of it is found any more; durable"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/NotDeleted"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/metadata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    }
   ],
   "get": {
    "operationId": "retrieveInstanceMetadata",
    "tags": [
     "retrieve"
    ],
    "summary": "Metadata of one instance, an array of one (10.4.1.1.2)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "$ref": "#/components/responses/Metadata"
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    },
    {
     "$ref": "#/components/parameters/frames"
    }
   ],
   "get": {
    "operationId": "retrieveFrames",
    "tags": [
     "retrieve"
    ],
    "summary": "Frames of one instance, in the order asked for (10.4.1.1.5)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The frames, each a part without item headers, labelled with its transfer syntax; a single frame also bare.\nCompressed frames go out as stored, under the media type of their codestream (8.7.3.3).\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "description": "A UID of the path or the frame list is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-frame-list",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "404": {
      "description": "No such instance, it has no pixels, or fewer frames than asked for",
      "x-filmroom-problems": [
       "not-found",
       "frame-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/rendered": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "get": {
    "operationId": "retrieveRenderedStudy",
    "tags": [
     "retrieve"
    ],
    "summary": "Pictures of a study, or the one that stands for it (10.4.1.1.3)",
    "parameters": [
     {
      "$ref": "#/components/parameters/annotation"
     },
     {
      "$ref": "#/components/parameters/iccprofile"
     },
     {
      "$ref": "#/components/parameters/quality"
     },
     {
      "$ref": "#/components/parameters/viewport"
     },
     {
      "$ref": "#/components/parameters/window"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "A picture of each instance that has one, a part each, in the order of the series; what cannot be drawn is told\nin its place by a part that is a problem document. Where a picture without multipart is asked for: that of the\nmiddle instance of the first series of images\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       },
       "Warning": {
        "$ref": "#/components/headers/Warning"
       }
      },
      "content": {
       "multipart/related; type=\"image/jpeg\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/png\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/gif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/webp\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/avif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureParameter"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/rendered": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    }
   ],
   "get": {
    "operationId": "retrieveRenderedSeries",
    "tags": [
     "retrieve"
    ],
    "summary": "Pictures of a series, or the one that stands for it (10.4.1.1.3)",
    "parameters": [
     {
      "$ref": "#/components/parameters/annotation"
     },
     {
      "$ref": "#/components/parameters/iccprofile"
     },
     {
      "$ref": "#/components/parameters/quality"
     },
     {
      "$ref": "#/components/parameters/viewport"
     },
     {
      "$ref": "#/components/parameters/window"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "A picture of each instance that has one, a part each, in the order of the series; what cannot be drawn is told\nin its place by a part that is a problem document. Where a picture without multipart is asked for: that of the\nmiddle instance of the first series of images\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       },
       "Warning": {
        "$ref": "#/components/headers/Warning"
       }
      },
      "content": {
       "multipart/related; type=\"image/jpeg\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/png\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/gif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/webp\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/avif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureParameter"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/rendered": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    }
   ],
   "get": {
    "operationId": "retrieveRenderedInstance",
    "tags": [
     "retrieve"
    ],
    "summary": "What a person can look at of one instance (10.4.1.1.3)",
    "parameters": [
     {
      "$ref": "#/components/parameters/annotation"
     },
     {
      "$ref": "#/components/parameters/iccprofile"
     },
     {
      "$ref": "#/components/parameters/quality"
     },
     {
      "$ref": "#/components/parameters/viewport"
     },
     {
      "$ref": "#/components/parameters/window"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "A picture, of a multi-frame instance of its middle frame; as GIF, WebP or (where ffmpeg is installed) MP4 all its\nframes, one after the other; as multipart all its frames, a part each. A video or an\nencapsulated document as it is, under its own media type. A structured report, a key object selection or a CDA\ndocument as a page or plain text\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       },
       "Warning": {
        "$ref": "#/components/headers/Warning"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/related; type=\"image/jpeg\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/png\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/gif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/webp\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/avif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "video/mp4": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/mpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/html": {
        "schema": {
         "type": "string"
        }
       },
       "text/plain": {
        "schema": {
         "type": "string"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/mp4": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/mpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureParameter"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    },
    {
     "$ref": "#/components/parameters/frames"
    }
   ],
   "get": {
    "operationId": "retrieveRenderedFrames",
    "tags": [
     "retrieve"
    ],
    "summary": "Pictures of frames (10.4.1.1.3)",
    "parameters": [
     {
      "$ref": "#/components/parameters/annotation"
     },
     {
      "$ref": "#/components/parameters/iccprofile"
     },
     {
      "$ref": "#/components/parameters/quality"
     },
     {
      "$ref": "#/components/parameters/viewport"
     },
     {
      "$ref": "#/components/parameters/window"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The picture of the frame; of several, a part each, in the order asked for",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       },
       "Warning": {
        "$ref": "#/components/headers/Warning"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/related; type=\"image/jpeg\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/png\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/gif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/webp\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/avif\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureFrames"
     },
     "404": {
      "$ref": "#/components/responses/FrameNotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/thumbnail": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "get": {
    "operationId": "retrieveStudyThumbnail",
    "tags": [
     "retrieve"
    ],
    "summary": "A small picture of the middle instance of a study's first series of images (10.4.1.1.4)",
    "parameters": [
     {
      "$ref": "#/components/parameters/thumbnailViewport"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The picture; of what has none, an icon of its kind",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureParameter"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/thumbnail": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    }
   ],
   "get": {
    "operationId": "retrieveSeriesThumbnail",
    "tags": [
     "retrieve"
    ],
    "summary": "A small picture of a series' middle instance (10.4.1.1.4)",
    "parameters": [
     {
      "$ref": "#/components/parameters/thumbnailViewport"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The picture; of what has none, an icon of its kind",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureParameter"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/thumbnail": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    }
   ],
   "get": {
    "operationId": "retrieveInstanceThumbnail",
    "tags": [
     "retrieve"
    ],
    "summary": "A small picture of an instance, of its middle frame (10.4.1.1.4)",
    "parameters": [
     {
      "$ref": "#/components/parameters/thumbnailViewport"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The picture; of what has none, an icon of its kind",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureParameter"
     },
     "404": {
      "$ref": "#/components/responses/NotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/thumbnail": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    },
    {
     "$ref": "#/components/parameters/frames"
    }
   ],
   "get": {
    "operationId": "retrieveFramesThumbnail",
    "tags": [
     "retrieve"
    ],
    "summary": "A small picture of a frame; of several, of the middle one listed (10.4.1.1.4)",
    "parameters": [
     {
      "$ref": "#/components/parameters/thumbnailViewport"
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The picture",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPictureFrames"
     },
     "404": {
      "$ref": "#/components/responses/FrameNotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/bulkdata/{path}": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    },
    {
     "$ref": "#/components/parameters/bulkdataPath"
    }
   ],
   "get": {
    "operationId": "retrieveBulkdata",
    "tags": [
     "retrieve"
    ],
    "summary": "One bulk value, by the BulkDataURI that metadata gave (10.4.1.1.3)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The value, little endian; compressed Pixel Data one part a frame, video as one stream, an Encapsulated\nDocument also under its own media type\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "description": "A UID or the path of the value is wrong",
      "x-filmroom-problems": [
       "invalid-uid",
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "404": {
      "description": "No such instance, or no bulk value under that path",
      "x-filmroom-problems": [
       "not-found",
       "bulkdata-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/changes": {
   "get": {
    "operationId": "changes",
    "tags": [
     "changes"
    ],
    "summary": "Every store, replacement, deletion and restoration, in the order of their commits",
    "parameters": [
     {
      "$ref": "#/components/parameters/since"
     },
     {
      "$ref": "#/components/parameters/changesLimit"
     }
    ],
    "responses": {
     "200": {
      "description": "The changes after `since`, none missed and none twice; an empty list where there are none yet",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Changes"
        }
       }
      }
     },
     "400": {
      "description": "A parameter is not such a number, or is given twice",
      "x-filmroom-problems": [
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "500": {
      "$ref": "#/components/responses/OurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/bulkdata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "get": {
    "operationId": "retrieveStudyBulkdata",
    "tags": [
     "retrieve"
    ],
    "summary": "All bulk values of a study (10.4.1.1.3, 10.4.3.3.5)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the\nresource is one value in one part also bare\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"application/pdf\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"text/xml\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/stl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/obj\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/mtl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some values cannot be given in the representation asked for; the others follow. Or a range of one",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"application/pdf\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"text/xml\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/stl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/obj\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/mtl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "description": "Nothing is stored at exactly these UIDs, or nothing there has such a value",
      "x-filmroom-problems": [
       "not-found",
       "bulkdata-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/pixeldata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    }
   ],
   "get": {
    "operationId": "retrieveStudyPixeldata",
    "tags": [
     "retrieve"
    ],
    "summary": "Pixel data of a study (10.4.1.1.3, 10.4.3.3.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the\nresource is one value in one part also bare\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some values cannot be given in the representation asked for; the others follow. Or a range of one",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "description": "Nothing is stored at exactly these UIDs, or nothing there has such a value",
      "x-filmroom-problems": [
       "not-found",
       "bulkdata-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/bulkdata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    }
   ],
   "get": {
    "operationId": "retrieveSeriesBulkdata",
    "tags": [
     "retrieve"
    ],
    "summary": "All bulk values of a series (10.4.1.1.3, 10.4.3.3.5)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the\nresource is one value in one part also bare\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"application/pdf\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"text/xml\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/stl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/obj\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/mtl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some values cannot be given in the representation asked for; the others follow. Or a range of one",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"application/pdf\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"text/xml\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/stl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/obj\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/mtl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "description": "Nothing is stored at exactly these UIDs, or nothing there has such a value",
      "x-filmroom-problems": [
       "not-found",
       "bulkdata-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/pixeldata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    }
   ],
   "get": {
    "operationId": "retrieveSeriesPixeldata",
    "tags": [
     "retrieve"
    ],
    "summary": "Pixel data of a series (10.4.1.1.3, 10.4.3.3.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the\nresource is one value in one part also bare\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some values cannot be given in the representation asked for; the others follow. Or a range of one",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "description": "Nothing is stored at exactly these UIDs, or nothing there has such a value",
      "x-filmroom-problems": [
       "not-found",
       "bulkdata-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/bulkdata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    }
   ],
   "get": {
    "operationId": "retrieveInstanceBulkdata",
    "tags": [
     "retrieve"
    ],
    "summary": "All bulk values of an instance (10.4.1.1.3, 10.4.3.3.5)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the\nresource is one value in one part also bare\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"application/pdf\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"text/xml\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/stl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/obj\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/mtl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some values cannot be given in the representation asked for; the others follow. Or a range of one",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"application/pdf\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"text/xml\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/stl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/obj\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"model/mtl\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "application/pdf": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/xml": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/stl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/obj": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "model/mtl": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "description": "Nothing is stored at exactly these UIDs, or nothing there has such a value",
      "x-filmroom-problems": [
       "not-found",
       "bulkdata-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/studies/{study}/series/{series}/instances/{instance}/pixeldata": {
   "parameters": [
    {
     "$ref": "#/components/parameters/study"
    },
    {
     "$ref": "#/components/parameters/series"
    },
    {
     "$ref": "#/components/parameters/instance"
    }
   ],
   "get": {
    "operationId": "retrieveInstancePixeldata",
    "tags": [
     "retrieve"
    ],
    "summary": "Pixel data of an instance (10.4.1.1.3, 10.4.3.3.6)",
    "parameters": [
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The values, a part each with its BulkDataURI or, of compressed Pixel Data, a part a frame with its URL; where the\nresource is one value in one part also bare\n",
      "headers": {
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "206": {
      "description": "Some values cannot be given in the representation asked for; the others follow. Or a range of one",
      "headers": {
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "multipart/related; type=\"application/octet-stream\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"image/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "multipart/related; type=\"video/*\"": {
        "schema": {
         "$ref": "#/components/schemas/Multipart"
        }
       },
       "application/octet-stream": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "video/*": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "$ref": "#/components/responses/BadPath"
     },
     "404": {
      "description": "Nothing is stored at exactly these UIDs, or nothing there has such a value",
      "x-filmroom-problems": [
       "not-found",
       "bulkdata-not-found"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "406": {
      "$ref": "#/components/responses/NotAcceptable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/healthz": {
   "servers": [
    {
     "url": "/"
    }
   ],
   "x-filmroom-root": true,
   "get": {
    "operationId": "health",
    "tags": [
     "operations"
    ],
    "summary": "The process lives",
    "responses": {
     "200": {
      "description": "It does",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Health"
        }
       }
      }
     }
    }
   }
  },
  "/wado": {
   "servers": [
    {
     "url": "/"
    }
   ],
   "x-filmroom-root": true,
   "get": {
    "operationId": "retrieveByUri",
    "tags": [
     "uri"
    ],
    "summary": "One instance, by parameters in place of a path (9.4)",
    "parameters": [
     {
      "name": "requestType",
      "in": "query",
      "required": true,
      "description": "`WADO`",
      "schema": {
       "type": "string",
       "pattern": "^[Ww][Aa][Dd][Oo]$"
      },
      "x-filmroom-invalid": {
       "problem": "invalid-parameter",
       "expected": "the word WADO"
      }
     },
     {
      "name": "studyUID",
      "in": "query",
      "required": true,
      "description": "Study Instance UID",
      "schema": {
       "$ref": "#/components/schemas/Uid"
      },
      "x-filmroom-invalid": {
       "problem": "invalid-parameter",
       "expected": "a UID (digits and dots, at most 64 characters)"
      }
     },
     {
      "name": "seriesUID",
      "in": "query",
      "required": true,
      "description": "Series Instance UID",
      "schema": {
       "$ref": "#/components/schemas/Uid"
      },
      "x-filmroom-invalid": {
       "problem": "invalid-parameter",
       "expected": "a UID (digits and dots, at most 64 characters)"
      }
     },
     {
      "name": "objectUID",
      "in": "query",
      "required": true,
      "description": "SOP Instance UID",
      "schema": {
       "$ref": "#/components/schemas/Uid"
      },
      "x-filmroom-invalid": {
       "problem": "invalid-parameter",
       "expected": "a UID (digits and dots, at most 64 characters)"
      }
     },
     {
      "name": "contentType",
      "in": "query",
      "description": "Media types with commas between them, without parameters; absent, what Accept takes, application/dicom before a picture (9.1.2)",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "transferSyntax",
      "in": "query",
      "description": "Of the file; `*` as it is stored; absent as by the path of the instance (9.4.1)",
      "schema": {
       "type": "string",
       "maxLength": 64,
       "pattern": "^(\\*|[0-9]+(\\.[0-9]+)*)?$"
      },
      "x-filmroom-invalid": {
       "problem": "invalid-parameter",
       "expected": "a transfer syntax UID"
      }
     },
     {
      "name": "anonymize",
      "in": "query",
      "description": "`yes` is not built and answered 406 (9.4.1)",
      "schema": {
       "type": "string",
       "enum": [
        "yes"
       ]
      }
     },
     {
      "name": "charset",
      "in": "query",
      "description": "Of text, which a file is not (8.8)",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "annotation",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "columns",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "frameNumber",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "imageAnnotation",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "imageQuality",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "presentationSeriesUID",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "presentationUID",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "region",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "rows",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "windowCenter",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "name": "windowWidth",
      "in": "query",
      "description": "Of a picture (9.5.1); 400 beside application/dicom",
      "schema": {
       "type": "string"
      }
     },
     {
      "$ref": "#/components/parameters/accept"
     }
    ],
    "responses": {
     "200": {
      "description": "The instance as a file of PS3.10; where parameters or media types ask for it, as a picture, or of a report as a page\n",
      "headers": {
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Accept-Ranges": {
        "$ref": "#/components/headers/Accept-Ranges"
       },
       "Content-Location": {
        "$ref": "#/components/headers/Content-Location"
       },
       "Warning": {
        "$ref": "#/components/headers/Warning"
       },
       "Repr-Digest": {
        "$ref": "#/components/headers/Repr-Digest"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "application/dicom": {
        "schema": {
         "$ref": "#/components/schemas/Part10File"
        }
       },
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "text/html": {
        "schema": {
         "type": "string"
        }
       },
       "text/plain": {
        "schema": {
         "type": "string"
        }
       }
      }
     },
     "206": {
      "description": "The range of it that was asked for; several as multipart/byteranges",
      "headers": {
       "Content-Range": {
        "$ref": "#/components/headers/Content-Range"
       },
       "ETag": {
        "$ref": "#/components/headers/ETag"
       },
       "Last-Modified": {
        "$ref": "#/components/headers/Last-Modified"
       },
       "Cache-Control": {
        "$ref": "#/components/headers/Cache-Control"
       },
       "Vary": {
        "$ref": "#/components/headers/Vary"
       }
      },
      "content": {
       "application/dicom": {
        "schema": {
         "$ref": "#/components/schemas/Part10File"
        }
       },
       "image/jpeg": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/png": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/gif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/webp": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "image/avif": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       },
       "multipart/byteranges": {
        "schema": {
         "$ref": "#/components/schemas/Bytes"
        }
       }
      }
     },
     "304": {
      "$ref": "#/components/responses/NotModified"
     },
     "400": {
      "description": "A parameter is missing or wrong, or does not go with another",
      "x-filmroom-problems": [
       "invalid-parameter",
       "malformed-request"
      ],
      "content": {
       "application/problem+json": {
        "schema": {
         "$ref": "#/components/schemas/Problem"
        }
       }
      }
     },
     "404": {
      "$ref": "#/components/responses/FrameNotFound"
     },
     "406": {
      "$ref": "#/components/responses/NotRenderable"
     },
     "412": {
      "$ref": "#/components/responses/PreconditionFailed"
     },
     "413": {
      "$ref": "#/components/responses/TooMuchToRender"
     },
     "416": {
      "$ref": "#/components/responses/RangeNotSatisfiable"
     },
     "500": {
      "$ref": "#/components/responses/DamagedOrOurFault"
     },
     "503": {
      "$ref": "#/components/responses/RenderingUnavailable"
     }
    }
   }
  },
  "/readyz": {
   "servers": [
    {
     "url": "/"
    }
   ],
   "x-filmroom-root": true,
   "get": {
    "operationId": "ready",
    "tags": [
     "operations"
    ],
    "summary": "The index can be read and written",
    "responses": {
     "200": {
      "description": "It can",
      "content": {
       "application/json": {
        "schema": {
         "$ref": "#/components/schemas/Health"
        }
       }
      }
     },
     "503": {
      "$ref": "#/components/responses/Unavailable"
     }
    }
   }
  },
  "/openapi.json": {
   "servers": [
    {
     "url": "/"
    }
   ],
   "x-filmroom-root": true,
   "get": {
    "operationId": "contract",
    "tags": [
     "operations"
    ],
    "summary": "This document",
    "responses": {
     "200": {
      "description": "OpenAPI 3.1",
      "content": {
       "application/json": {
        "schema": {
         "type": "object"
        }
       }
      }
     }
    }
   }
  }
 },
 "components": {
  "parameters": {
   "study": {
    "name": "study",
    "in": "path",
    "required": true,
    "description": "Study Instance UID",
    "schema": {
     "$ref": "#/components/schemas/Uid"
    },
    "x-filmroom-invalid": {
     "problem": "invalid-uid",
     "expected": "a UID (digits and dots, at most 64 characters)"
    }
   },
   "series": {
    "name": "series",
    "in": "path",
    "required": true,
    "description": "Series Instance UID",
    "schema": {
     "$ref": "#/components/schemas/Uid"
    },
    "x-filmroom-invalid": {
     "problem": "invalid-uid",
     "expected": "a UID (digits and dots, at most 64 characters)"
    }
   },
   "instance": {
    "name": "instance",
    "in": "path",
    "required": true,
    "description": "SOP Instance UID",
    "schema": {
     "$ref": "#/components/schemas/Uid"
    },
    "x-filmroom-invalid": {
     "problem": "invalid-uid",
     "expected": "a UID (digits and dots, at most 64 characters)"
    }
   },
   "frames": {
    "name": "frames",
    "in": "path",
    "required": true,
    "description": "Frame numbers from 1, separated by commas, in any order",
    "schema": {
     "type": "string",
     "pattern": "^[1-9][0-9]{0,9}(,[1-9][0-9]{0,9})*$"
    },
    "x-filmroom-invalid": {
     "problem": "invalid-frame-list",
     "expected": "a list of frame numbers, from 1, with commas between them"
    }
   },
   "bulkdataPath": {
    "name": "path",
    "in": "path",
    "required": true,
    "description": "Tag of the value; within sequences tag, item number from 1 and tag, separated by dots",
    "schema": {
     "type": "string",
     "pattern": "^[0-9A-Fa-f]{8}(\\.[1-9][0-9]{0,9}\\.[0-9A-Fa-f]{8}){0,64}$"
    },
    "x-filmroom-invalid": {
     "problem": "invalid-parameter",
     "expected": "tags of eight hex digits with item numbers between them"
    }
   },
   "accept": {
    "name": "accept",
    "in": "query",
    "description": "Acceptable media types; they win over the Accept header where one of them fits (8.3.3.1)",
    "schema": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "style": "form",
    "explode": true
   },
   "match": {
    "name": "match",
    "in": "query",
    "style": "form",
    "explode": true,
    "description": "Any number of `{attribute}={value}`: attribute as keyword or tag, within a sequence joined by a dot (8.3.4.1);\na private one by its tag, with the creator of its block beside it: `00191008=1&00190010=CREATOR`.\nLists of UIDs, `*` and `?` in text, ranges of dates and times; names without regard to case and accents.\nTimezoneOffsetFromUTC is the zone of the dates and times of the request.\n",
    "schema": {
     "type": "object",
     "additionalProperties": {
      "type": "string"
     }
    }
   },
   "includefield": {
    "name": "includefield",
    "in": "query",
    "description": "More attributes to return, by keyword or tag, comma separated or repeated, or `all` (8.3.4.3)",
    "schema": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "style": "form",
    "explode": true
   },
   "limit": {
    "name": "limit",
    "in": "query",
    "description": "Most results of this answer; FILMROOM_SEARCH_LIMIT is the ceiling (8.3.4.4)",
    "schema": {
     "type": "integer",
     "minimum": 0
    }
   },
   "annotation": {
    "name": "annotation",
    "in": "query",
    "description": "What is burnt in: `patient`, `technique`, or both with a comma between them; nothing by default. Unknown words are\nignored, with a Warning (8.3.5.1.1)\n",
    "schema": {
     "type": "string"
    }
   },
   "quality": {
    "name": "quality",
    "in": "query",
    "description": "Of JPEG, WebP and AVIF; 90, 80 and 60 by default (8.3.5.1.2)",
    "schema": {
     "type": "integer",
     "minimum": 1,
     "maximum": 100
    },
    "x-filmroom-invalid": {
     "problem": "invalid-parameter",
     "expected": "an integer from 1 to 100"
    }
   },
   "viewport": {
    "name": "viewport",
    "in": "query",
    "description": "`vw,vh` or `vw,vh,sx,sy,sw,sh`, decimal, the last four left out at will: the region is cut out (what of it lies\noutside of the picture is left off), flipped where sw or sh is negative, and fitted into the viewport, its shape\nkept (8.3.5.1.3). At most 16384 each way and 64 Mi pixels\n",
    "schema": {
     "type": "string"
    }
   },
   "window": {
    "name": "window",
    "in": "query",
    "description": "`center,width,function` in rescaled units; linear (the default), linear-exact or sigmoid (8.3.5.1.4)",
    "schema": {
     "type": "string"
    }
   },
   "iccprofile": {
    "name": "iccprofile",
    "in": "query",
    "description": "`no`, `yes`, `srgb`, `adobergb` or `rommrgb`; GIF and pictures that move bear none (8.3.5.1.5)",
    "schema": {
     "type": "string"
    }
   },
   "thumbnailViewport": {
    "name": "viewport",
    "in": "query",
    "description": "`vw,vh`, in place of 256,256; a picture that is smaller stays as it is (8.3.5.1.3)",
    "schema": {
     "type": "string"
    }
   },
   "since": {
    "name": "since",
    "in": "query",
    "description": "Number of the last change that is known; only later ones are told",
    "schema": {
     "type": "integer",
     "minimum": 0,
     "maximum": 9007199254740991,
     "default": 0
    }
   },
   "changesLimit": {
    "name": "limit",
    "in": "query",
    "description": "Most changes of this answer",
    "schema": {
     "type": "integer",
     "minimum": 1,
     "maximum": 10000,
     "default": 1000
    }
   },
   "offset": {
    "name": "offset",
    "in": "query",
    "description": "How many results to leave out first (8.3.4.4)",
    "schema": {
     "type": "integer",
     "minimum": 0,
     "default": 0
    }
   },
   "fuzzymatching": {
    "name": "fuzzymatching",
    "in": "query",
    "description": "Keys of person names match where each of their words is, in any order, the beginning of a word of the name or\nsounds like one (8.3.4.2)\n",
    "schema": {
     "type": "boolean",
     "default": false
    }
   },
   "emptyvaluematching": {
    "name": "emptyvaluematching",
    "in": "query",
    "description": "A key of two quotation marks, `\"\"`, matches where the attribute is absent or empty (8.3.4.5)",
    "schema": {
     "type": "boolean",
     "default": false
    }
   },
   "multiplevaluematching": {
    "name": "multiplevaluematching",
    "in": "query",
    "description": "A key of several values, `\\` between them, matches where all of them are (8.3.4.6)",
    "schema": {
     "type": "boolean",
     "default": false
    }
   },
   "includedefaults": {
    "name": "includedefaults",
    "in": "query",
    "description": "With false, rows have their UIDs and what keys and includefield name, and nothing else",
    "schema": {
     "type": "boolean",
     "default": true
    }
   }
  },
  "headers": {
   "ETag": {
    "description": "Strong: of the content, the representation, its content coding, and the base URL where the body holds URLs\n",
    "schema": {
     "type": "string"
    }
   },
   "Last-Modified": {
    "description": "When the content last changed; while that second is not over, the second before",
    "schema": {
     "type": "string"
    }
   },
   "Cache-Control": {
    "description": "`private, no-cache`: kept by the client alone, and asked for again each time (304 where it still holds)",
    "schema": {
     "type": "string"
    }
   },
   "Accept-Ranges": {
    "description": "`bytes` where ranges are served; then Range and If-Range count",
    "schema": {
     "type": "string"
    }
   },
   "Content-Range": {
    "description": "`bytes {first}-{last}/{length}` of a 206, `bytes */{length}` of a 416",
    "schema": {
     "type": "string"
    }
   },
   "Repr-Digest": {
    "description": "`sha-256=:{base64}:` of the whole file (RFC 9530), where it goes out as it is stored",
    "schema": {
     "type": "string"
    }
   },
   "Allow": {
    "description": "The methods of the resource; with OPTIONS and 405",
    "schema": {
     "type": "string"
    }
   },
   "Link": {
    "description": "This document, as `service-desc` (RFC 8631)",
    "schema": {
     "type": "string"
    }
   },
   "Warning": {
    "description": "`299 {base}: text`: what was cut, left out or ignored",
    "schema": {
     "type": "string"
    }
   },
   "Content-Location": {
    "description": "The URL of the frame or value, where the answer is one alone; of each in its part",
    "schema": {
     "type": "string",
     "format": "uri"
    }
   },
   "Retry-After": {
    "description": "Seconds to wait before the next try",
    "schema": {
     "type": "integer"
    }
   },
   "Vary": {
    "description": "Request headers that the answer depends on",
    "schema": {
     "type": "string"
    }
   }
  },
  "requestBodies": {
   "Instances": {
    "required": true,
    "description": "Part 10 files, any number, each a part; or one, bare. Or metadata and bulk data: the first part is the DICOM JSON\narray of all instances (or each of the first parts is the Native DICOM Model of one), the other parts are bulk\nvalues, found by their Content-Location, which is the BulkDataURI of the metadata; metadata without bulk data also\nbare. Streamed; FILMROOM_MAX_* bound them. The body may come with a Content-Encoding of gzip or deflate. A\nContent-Digest (RFC 9530), of a part or of the body, is verified. With `Expect: 100-continue` the body is asked for\nwhen the head of the request has been found good.\n",
    "content": {
     "multipart/related; type=\"application/dicom\"": {},
     "multipart/related; type=\"application/dicom+json\"": {},
     "multipart/related; type=\"application/dicom+xml\"": {},
     "application/dicom": {},
     "application/dicom+json": {},
     "application/json": {},
     "application/dicom+xml": {}
    }
   }
  },
  "responses": {
   "Stored": {
    "description": "Every instance is durable, or was there already with the same content",
    "content": {
     "application/dicom+json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/dicom+xml": {}
    }
   },
   "StoredInPart": {
    "description": "Some are durable; the others are named with their reason, and so is any warning",
    "content": {
     "application/dicom+json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/dicom+xml": {}
    }
   },
   "NoneStored": {
    "description": "The envelope was right and no instance was stored; each is named with its reason",
    "content": {
     "application/dicom+json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/dicom+xml": {}
    }
   },
   "UploadIdle": {
    "description": "No byte, or too few, within FILMROOM_UPLOAD_IDLE",
    "x-filmroom-problems": [
     "upload-idle"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "TooLarge": {
    "description": "Larger than FILMROOM_MAX_REQUEST_BYTES; or every instance in it is larger than FILMROOM_MAX_INSTANCE_BYTES\nor another limit, and each is named\n",
    "x-filmroom-problems": [
     "payload-too-large"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     },
     "application/dicom+json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/dicom+xml": {}
    }
   },
   "UnsupportedMediaType": {
    "description": "The Content-Type is none that can be stored, or the Content-Encoding none that is known",
    "x-filmroom-problems": [
     "unsupported-media-type"
    ],
    "headers": {
     "Accept-Encoding": {
      "description": "The codings that a request may have, where its own is not known (RFC 9110 12.5.3)",
      "schema": {
       "type": "string"
      }
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "Capabilities": {
    "description": "The Capabilities Description (Annex H): the resource asked for, its methods and the resources below it, as WADL,\nor the same as JSON\n",
    "headers": {
     "Allow": {
      "$ref": "#/components/headers/Allow"
     },
     "Link": {
      "$ref": "#/components/headers/Link"
     },
     "Vary": {
      "$ref": "#/components/headers/Vary"
     }
    },
    "content": {
     "application/vnd.sun.wadl+xml": {
      "schema": {
       "type": "string"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/Capabilities"
      }
     }
    }
   },
   "BadParameter": {
    "description": "A parameter is wrong",
    "x-filmroom-problems": [
     "invalid-parameter"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "BadPath": {
    "description": "A UID or another part of the path is wrong",
    "x-filmroom-problems": [
     "invalid-uid",
     "malformed-request"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "BadPictureParameter": {
    "description": "A UID of the path or the value of a known parameter is wrong",
    "x-filmroom-problems": [
     "invalid-uid",
     "invalid-parameter",
     "malformed-request"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "BadPictureFrames": {
    "description": "A UID of the path, the frame list or the value of a known parameter is wrong",
    "x-filmroom-problems": [
     "invalid-uid",
     "invalid-frame-list",
     "invalid-parameter",
     "malformed-request"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "FrameNotFound": {
    "description": "No such instance, it has no pixels, or fewer frames than asked for",
    "x-filmroom-problems": [
     "not-found",
     "frame-not-found"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "NotFound": {
    "description": "Nothing is stored at exactly these UIDs",
    "x-filmroom-problems": [
     "not-found"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "NotModified": {
    "description": "The client has it already, as its If-None-Match or If-Modified-Since says; no body",
    "headers": {
     "ETag": {
      "$ref": "#/components/headers/ETag"
     },
     "Last-Modified": {
      "$ref": "#/components/headers/Last-Modified"
     },
     "Cache-Control": {
      "$ref": "#/components/headers/Cache-Control"
     },
     "Vary": {
      "$ref": "#/components/headers/Vary"
     }
    }
   },
   "PreconditionFailed": {
    "description": "The resource is not what If-Match or If-Unmodified-Since has",
    "x-filmroom-problems": [
     "precondition-failed"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "RangeNotSatisfiable": {
    "description": "Every range asked for lies outside the resource; Content-Range says how long it is",
    "x-filmroom-problems": [
     "range-not-satisfiable"
    ],
    "headers": {
     "Content-Range": {
      "$ref": "#/components/headers/Content-Range"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "NotAcceptable": {
    "description": "No representation that the request accepts can be given",
    "x-filmroom-problems": [
     "not-acceptable"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "NotRenderable": {
    "description": "No representation that the request accepts can be given, or the pixels cannot be decoded",
    "x-filmroom-problems": [
     "not-acceptable",
     "undecodable"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "TooMuchToRender": {
    "description": "The frame is larger than what is worked on in memory",
    "x-filmroom-problems": [
     "limit-exceeded"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "RenderingUnavailable": {
    "description": "Too many pixels are being worked on, stopping, or the index or the blobs do not answer",
    "x-filmroom-problems": [
     "unavailable",
     "overloaded"
    ],
    "headers": {
     "Retry-After": {
      "$ref": "#/components/headers/Retry-After"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "OurFault": {
    "description": "A fault of the server; its `incident` is in the log",
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "DamagedOrOurFault": {
    "description": "The stored file is missing or damaged, or a fault of the server",
    "x-filmroom-problems": [
     "blob-missing",
     "blob-damaged",
     "bad-pixel-data"
    ],
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "Unavailable": {
    "description": "Overloaded, stopping, or the index or the blobs do not answer",
    "x-filmroom-problems": [
     "unavailable"
    ],
    "headers": {
     "Retry-After": {
      "$ref": "#/components/headers/Retry-After"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "StoreUnavailable": {
    "description": "Overloaded or stopping; or full, or the index or the blobs do not answer, so that no instance in the request was\nstored, and each is named\n",
    "x-filmroom-problems": [
     "unavailable",
     "storage-full"
    ],
    "headers": {
     "Retry-After": {
      "$ref": "#/components/headers/Retry-After"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     },
     "application/dicom+json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/StoreResponse"
      }
     },
     "application/dicom+xml": {}
    }
   },
   "NotDeleted": {
    "description": "The index or the blobs do not answer, or are full; nothing is deleted",
    "x-filmroom-problems": [
     "unavailable",
     "storage-full"
    ],
    "headers": {
     "Retry-After": {
      "$ref": "#/components/headers/Retry-After"
     }
    },
    "content": {
     "application/problem+json": {
      "schema": {
       "$ref": "#/components/schemas/Problem"
      }
     }
    }
   },
   "Found": {
    "description": "The results, in a stable order",
    "headers": {
     "Vary": {
      "$ref": "#/components/headers/Vary"
     },
     "Warning": {
      "$ref": "#/components/headers/Warning"
     }
    },
    "content": {
     "application/dicom+json": {
      "schema": {
       "$ref": "#/components/schemas/Datasets"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/Datasets"
      }
     },
     "multipart/related; type=\"application/dicom+xml\"": {
      "schema": {
       "$ref": "#/components/schemas/NativeXmlParts"
      }
     }
    }
   },
   "NothingFound": {
    "description": "Nothing matches, or `limit=0`; no body",
    "headers": {
     "Vary": {
      "$ref": "#/components/headers/Vary"
     },
     "Warning": {
      "$ref": "#/components/headers/Warning"
     }
    }
   },
   "Metadata": {
    "description": "One dataset an instance, bulk values by BulkDataURI; gzip where accepted",
    "headers": {
     "ETag": {
      "$ref": "#/components/headers/ETag"
     },
     "Last-Modified": {
      "$ref": "#/components/headers/Last-Modified"
     },
     "Cache-Control": {
      "$ref": "#/components/headers/Cache-Control"
     },
     "Vary": {
      "$ref": "#/components/headers/Vary"
     }
    },
    "content": {
     "application/dicom+json": {
      "schema": {
       "$ref": "#/components/schemas/Datasets"
      }
     },
     "application/json": {
      "schema": {
       "$ref": "#/components/schemas/Datasets"
      }
     },
     "multipart/related; type=\"application/dicom+xml\"": {
      "schema": {
       "$ref": "#/components/schemas/NativeXmlParts"
      }
     },
     "application/dicom+xml": {
      "schema": {
       "$ref": "#/components/schemas/NativeXml"
      }
     }
    }
   }
  },
  "schemas": {
   "Uid": {
    "type": "string",
    "maxLength": 64,
    "pattern": "^[0-9]+(\\.[0-9]+)*$"
   },
   "Bytes": {
    "type": "string",
    "format": "binary",
    "description": "Bare bytes; a transfer-syntax parameter labels them"
   },
   "Multipart": {
    "type": "string",
    "format": "binary",
    "description": "multipart/related (RFC 2387, 8.6.1.2); each part bears its Content-Type with its transfer syntax"
   },
   "Part10File": {
    "type": "string",
    "format": "binary",
    "description": "A file of PS3.10",
    "labelled with its transfer syntax": null
   },
   "Dataset": {
    "type": "object",
    "description": "DICOM JSON model (Annex F); names are tags of eight upper-case hex digits, ascending",
    "patternProperties": {
     "^[0-9A-F]{8}$": {
      "$ref": "#/components/schemas/Element"
     }
    },
    "additionalProperties": false
   },
   "NativeXml": {
    "type": "string",
    "description": "Native DICOM Model (PS3.19 A.1, F.3), one dataset a document; only for one instance"
   },
   "NativeXmlParts": {
    "type": "string",
    "description": "multipart/related of Native DICOM Model documents (PS3.19 A.1), a part a dataset"
   },
   "Datasets": {
    "type": "array",
    "items": {
     "$ref": "#/components/schemas/Dataset"
    }
   },
   "Element": {
    "type": "object",
    "description": "At most one of Value, InlineBinary and BulkDataURI; none where the value is empty",
    "required": [
     "vr"
    ],
    "properties": {
     "vr": {
      "type": "string",
      "pattern": "^[A-Z]{2}$"
     },
     "Value": {
      "type": "array",
      "minItems": 1,
      "items": {
       "anyOf": [
        {
         "type": "string"
        },
        {
         "type": "number"
        },
        {
         "$ref": "#/components/schemas/PersonName"
        },
        {
         "$ref": "#/components/schemas/Dataset"
        },
        {
         "type": "null"
        }
       ]
      }
     },
     "InlineBinary": {
      "type": "string",
      "contentEncoding": "base64"
     },
     "BulkDataURI": {
      "type": "string",
      "format": "uri"
     }
    },
    "additionalProperties": false
   },
   "PersonName": {
    "type": "object",
    "properties": {
     "Alphabetic": {
      "type": "string"
     },
     "Ideographic": {
      "type": "string"
     },
     "Phonetic": {
      "type": "string"
     }
    },
    "additionalProperties": false
   },
   "StoreResponse": {
    "description": "Store Instances Response Module (Annex I); sequences that would be empty are left out",
    "type": "object",
    "properties": {
     "00081190": {
      "$ref": "#/components/schemas/Element",
      "description": "Retrieve URL of the study; empty for several"
     },
     "00081198": {
      "$ref": "#/components/schemas/Element",
      "description": "Failed SOP Sequence"
     },
     "00081199": {
      "$ref": "#/components/schemas/Element",
      "description": "Referenced SOP Sequence"
     },
     "0008119A": {
      "$ref": "#/components/schemas/Element",
      "description": "Other Failures Sequence"
     }
    },
    "additionalProperties": false
   },
   "Capabilities": {
    "type": "object",
    "required": [
     "base",
     "resources"
    ],
    "properties": {
     "base": {
      "type": "string",
      "format": "uri",
      "description": "What the paths are relative to"
     },
     "resources": {
      "type": "array",
      "items": {
       "$ref": "#/components/schemas/Resource"
      }
     }
    },
    "additionalProperties": false
   },
   "Resource": {
    "type": "object",
    "required": [
     "path",
     "methods",
     "resources"
    ],
    "properties": {
     "path": {
      "type": "string",
      "description": "Relative to the resource above"
     },
     "methods": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "name",
        "id",
        "summary",
        "parameters",
        "requestMediaTypes",
        "responses"
       ],
       "properties": {
        "name": {
         "type": "string"
        },
        "id": {
         "type": "string",
         "description": "The transaction"
        },
        "summary": {
         "type": "string"
        },
        "parameters": {
         "type": "array",
         "items": {
          "type": "object"
         }
        },
        "requestMediaTypes": {
         "type": "array",
         "items": {
          "type": "string"
         }
        },
        "responses": {
         "type": "array",
         "items": {
          "type": "object",
          "required": [
           "status",
           "mediaTypes"
          ],
          "properties": {
           "status": {
            "type": "integer"
           },
           "mediaTypes": {
            "type": "array",
            "items": {
             "type": "string"
            }
           }
          },
          "additionalProperties": false
         }
        }
       },
       "additionalProperties": false
      }
     },
     "resources": {
      "type": "array",
      "items": {
       "$ref": "#/components/schemas/Resource"
      }
     }
    },
    "additionalProperties": false
   },
   "Problem": {
    "description": "RFC 9457",
    "type": "object",
    "required": [
     "type",
     "title",
     "status"
    ],
    "properties": {
     "type": {
      "$ref": "#/components/schemas/ProblemType"
     },
     "title": {
      "type": "string"
     },
     "status": {
      "type": "integer",
      "minimum": 400,
      "maximum": 599
     },
     "detail": {
      "type": "string",
      "description": "What was expected, what came, and where; never a value from a dataset"
     },
     "incident": {
      "type": "string",
      "description": "only with about:blank, a fault of the server: its id in the log"
     }
    },
    "additionalProperties": false
   },
   "ProblemType": {
    "type": "string",
    "enum": [
     "about:blank",
     "urn:filmroom:problem:invalid-uid",
     "urn:filmroom:problem:invalid-parameter",
     "urn:filmroom:problem:invalid-frame-list",
     "urn:filmroom:problem:malformed-request",
     "urn:filmroom:problem:bad-dicom",
     "urn:filmroom:problem:bad-pixel-data",
     "urn:filmroom:problem:unsupported-transfer-syntax",
     "urn:filmroom:problem:limit-exceeded",
     "urn:filmroom:problem:not-found",
     "urn:filmroom:problem:frame-not-found",
     "urn:filmroom:problem:bulkdata-not-found",
     "urn:filmroom:problem:method-not-allowed",
     "urn:filmroom:problem:not-acceptable",
     "urn:filmroom:problem:undecodable",
     "urn:filmroom:problem:precondition-failed",
     "urn:filmroom:problem:upload-idle",
     "urn:filmroom:problem:payload-too-large",
     "urn:filmroom:problem:unsupported-media-type",
     "urn:filmroom:problem:range-not-satisfiable",
     "urn:filmroom:problem:client-gone",
     "urn:filmroom:problem:storage-full",
     "urn:filmroom:problem:unavailable",
     "urn:filmroom:problem:overloaded",
     "urn:filmroom:problem:blob-missing",
     "urn:filmroom:problem:blob-damaged"
    ]
   },
   "Changes": {
    "type": "object",
    "required": [
     "changes",
     "last",
     "latest"
    ],
    "properties": {
     "changes": {
      "type": "array",
      "items": {
       "$ref": "#/components/schemas/Change"
      }
     },
     "last": {
      "type": "integer",
      "description": "the `since` to ask with next: number of the last change told, or `since`"
     },
     "latest": {
      "type": "integer",
      "description": "number of the latest change of all"
     }
    },
    "additionalProperties": false
   },
   "Change": {
    "type": "object",
    "required": [
     "number",
     "action",
     "StudyInstanceUID",
     "SeriesInstanceUID",
     "SOPInstanceUID",
     "time"
    ],
    "properties": {
     "number": {
      "type": "integer",
      "minimum": 1,
      "description": "ascending, without gaps"
     },
     "action": {
      "type": "string",
      "enum": [
       "stored",
       "replaced",
       "deleted",
       "restored"
      ]
     },
     "StudyInstanceUID": {
      "$ref": "#/components/schemas/Uid"
     },
     "SeriesInstanceUID": {
      "$ref": "#/components/schemas/Uid"
     },
     "SOPInstanceUID": {
      "$ref": "#/components/schemas/Uid"
     },
     "time": {
      "type": "string",
      "format": "date-time"
     }
    },
    "additionalProperties": false
   },
   "Health": {
    "type": "object",
    "required": [
     "status"
    ],
    "properties": {
     "status": {
      "type": "string",
      "enum": [
       "ok",
       "ready"
      ]
     }
    }
   }
  }
 }
} as const
