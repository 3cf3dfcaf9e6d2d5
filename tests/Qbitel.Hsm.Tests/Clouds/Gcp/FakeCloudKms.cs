using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Qbitel.Cryptography;
using static Qbitel.Hsm.Tests.Clouds.Gcp.CloudKmsPaths;

namespace Qbitel.Hsm.Tests.Clouds.Gcp;

/// <summary>
/// Cloud KMS, Google's token service and the metadata server on loopback: assertions verified, checksums both ways,
/// states and refusals, and real cryptography. Written from the REST reference; where that is silent it is strict.
/// </summary>
internal sealed class FakeCloudKms : LoopbackServer
{
    public const string Ring = "projects/bank/locations/europe-west3/keyRings/payments";
    public const string Host = "cloudkms.googleapis.com";
    public const string TokenHost = "oauth2.googleapis.com";
    public const string MetadataHost = "metadata.google.internal";
    public const string Account = "signer@bank.iam.gserviceaccount.com";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Named> _keys = new(StringComparer.Ordinal);

    public FakeCloudKms() => Imports = new FakeImportJobs(() => Now());

    public FakeImportJobs Imports { get; }

    public string Token { get; set; } = "ya29.token-1";

    public RSA AccountKey { get; } = RSA.Create(2048);

    /// <summary>Versions are made in this many look-ups.</summary>
    public int GenerationTakes { get; set; }

    /// <summary>Keys are imported in this many look-ups.</summary>
    public int ImportTakes { get; set; }

    /// <summary>The next key is imported, and nobody hears of it.</summary>
    public bool CutsNextImport { get; set; }

    /// <summary>The next answer with this field has one bit of it flipped after its checksum was made.</summary>
    public string? FlipNext { get; set; }

    /// <summary>The next request is damaged before the server reads it: it does not say that it verified.</summary>
    public bool IgnoreChecksumsNext { get; set; }

    public List<Held> Of(string name) { lock (_gate) return [.. _keys[name].Versions]; }

    protected override async Task ServeAsync(HttpContext http)
    {
        byte[] body = await BodyAsync(http);
        string host = http.Request.Headers.Host.ToString();
        if (host == TokenHost)
        {
            Asked.Enqueue("token");
            (int status, string text) = Exchange(Encoding.ASCII.GetString(body));
            await WriteAsync(http, status, text);
            return;
        }

        if (host == MetadataHost)
        {
            Asked.Enqueue("metadata");
            bool isRight = http.Request.Headers["Metadata-Flavor"] == "Google"
                && http.Request.Path == "/computeMetadata/v1/instance/service-accounts/default/token";
            http.Response.Headers["Metadata-Flavor"] = "Google";
            await WriteAsync(http, isRight ? 200 : 403, TokenText());
            return;
        }

        if (host != Host || http.Request.Headers.Authorization != $"Bearer {Token}")
        {
            Asked.Enqueue("401");
            await WriteAsync(http, 401, Error(401, "UNAUTHENTICATED"));
            return;
        }

        (int Status, string Text) result;
        try
        {
            JsonObject request = body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject();
            JsonObject answer;
            lock (_gate) answer = Do(http.Request, http.Request.Path.Value!["/v1/".Length..], request);
            if (AddsUnknownFields) answer["future"] = new JsonObject { ["deep"] = new JsonArray(1, null) };
            result = (200, answer.ToJsonString());
        }
        catch (CloudRefusal refusal)
        {
            result = (refusal.Status, Error(refusal.Status, refusal.Message));
        }
        catch (JsonException)
        {
            result = (400, Error(400, "INVALID_ARGUMENT"));
        }

        if (CutsNextImport && http.Request.Path.Value!.EndsWith(":import", StringComparison.Ordinal))
        {
            CutsNextImport = false;
            http.Abort();
            return;
        }

        await WriteAsync(http, result.Status, result.Text);
    }

    private (int, string) Exchange(string form)
    {
        Dictionary<string, string> fields = form.Split('&').Select(f => f.Split('=', 2)).ToDictionary(
            f => Uri.UnescapeDataString(f[0]), f => Uri.UnescapeDataString(f[1]), StringComparer.Ordinal);
        string[] parts = fields["assertion"].Split('.');
        JsonObject header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        JsonObject claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        long now = Now().ToUnixTimeSeconds(), issued = claims["iat"]!.GetValue<long>(),
            ends = claims["exp"]!.GetValue<long>();
        bool isRight = fields["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
            && header["alg"]!.GetValue<string>() == "RS256" && header["kid"]!.GetValue<string>() == "key-1"
            && claims["iss"]!.GetValue<string>() == Account
            && claims["aud"]!.GetValue<string>() == "https://oauth2.googleapis.com/token"
            && claims["scope"]!.GetValue<string>() == "https://www.googleapis.com/auth/cloudkms"
            && Math.Abs(now - issued) <= 300 && ends - issued is > 0 and <= 3600
            && AccountKey.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return isRight ? (200, TokenText())
            : (400,
            new JsonObject { ["error"] = "invalid_grant", ["error_description"] = fields["assertion"] }.ToJsonString());
    }

    private string TokenText() =>
        new JsonObject { ["access_token"] = Token, ["expires_in"] = 3599, ["token_type"] = "Bearer" }.ToJsonString();

    private JsonObject Do(HttpRequest http, string path, JsonObject request)
    {
        Match match;
        if (path == "projects/bank/locations/europe-west3:generateRandomBytes")
        {
            Asked.Enqueue("random");
            int count = request["lengthBytes"]!.GetValue<int>();
            if (count is < 8 or > 1024 || request["protectionLevel"]!.GetValue<string>() != "HSM")
                throw new CloudRefusal(400, "INVALID_ARGUMENT");
            return Checked([], "data", "dataCrc32c", RandomNumberGenerator.GetBytes(count));
        }

        if (path == $"{Ring}/importJobs" && http.Method == "POST")
        {
            Asked.Enqueue("createImportJob");
            return Imports.Create(Ring, http.Query["importJobId"].ToString(), request);
        }

        if (path == $"{Ring}/importJobs") return Page(http, "importJobs", Imports.All());
        if (path.StartsWith($"{Ring}/importJobs/", StringComparison.Ordinal)) return Imports.Look(path);
        if ((match = ImportPath().Match(path)).Success) return Import(Find(match.Groups[1].Value), request);
        if (path == $"{Ring}/cryptoKeys" && http.Method == "POST")
        {
            return Create(http.Query["cryptoKeyId"].ToString(), request,
                http.Query["skipInitialVersionCreation"] == "true");
        }

        if (path == $"{Ring}/cryptoKeys")
            return Page(http, "cryptoKeys", [.. _keys.Select(k => (JsonNode)k.Value.Resource())]);
        if ((match = VersionPath().Match(path)).Success && http.Method == "GET") return FindVersion(match).Resource();
        if ((match = VersionVerb().Match(path)).Success) return Use(FindVersion(match), match.Groups[3].Value, request);
        if ((match = PublicKeyPath().Match(path)).Success)
            return PublicKey(FindVersion(match), http.Query["publicKeyFormat"].ToString());
        if ((match = VersionsPath().Match(path)).Success)
        {
            Named key = Find(match.Groups[1].Value);
            if (http.Method == "GET")
                return Page(http, "cryptoKeyVersions", [.. key.Versions.Select(v => (JsonNode)v.Resource())]);
            Asked.Enqueue("createVersion");
            if (key.IsImportOnly) throw new CloudRefusal(400, "FAILED_PRECONDITION");
            return AddVersion(key).Resource();
        }

        if ((match = KeyVerb().Match(path)).Success)
        {
            Named key = Find(match.Groups[1].Value);
            Asked.Enqueue(match.Groups[2].Value);
            return match.Groups[2].Value switch
            {
                "encrypt" => Encrypt(key, request),
                "decrypt" => Decrypt(key, request),
                "updatePrimaryVersion" => SetPrimary(key, request["cryptoKeyVersionId"]!.GetValue<string>()),
                _ => throw new CloudRefusal(404, "NOT_FOUND"),
            };
        }

        return (match = KeyPath().Match(path)).Success && http.Method == "GET" ? Find(match.Groups[1].Value).Resource()
            : throw new CloudRefusal(404, "NOT_FOUND");
    }

    private JsonObject Create(string id, JsonObject request, bool isEmpty)
    {
        Asked.Enqueue("create");
        if (!KeyId().IsMatch(id)) throw new CloudRefusal(400, "INVALID_ARGUMENT");
        foreach ((string label, JsonNode? value) in request["labels"]?.AsObject() ?? [])
        {
            if (!Label().IsMatch(label) || !Label().IsMatch(value!.GetValue<string>()))
                throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }

        string purpose = request["purpose"]!.GetValue<string>();
        string algorithm = request["versionTemplate"]!["algorithm"]!.GetValue<string>();
        string level = request["versionTemplate"]!["protectionLevel"]!.GetValue<string>();
        if (purpose != algorithm switch
        {
            "GOOGLE_SYMMETRIC_ENCRYPTION" => "ENCRYPT_DECRYPT",
            "AES_256_GCM" => "RAW_ENCRYPT_DECRYPT",
            "ML_KEM_768" or "ML_KEM_1024" or "KEM_XWING" => "KEY_ENCAPSULATION",
            _ => "ASYMMETRIC_SIGN",
        })
        {
            throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }

        if (level is not ("HSM" or "SOFTWARE")
            || (level == "HSM" && AlgorithmOf(algorithm) is { IsQuantumSafe: true } and not CipherAlgorithm))
        {
            throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }

        bool isImportOnly = request["importOnly"]?.GetValue<bool>() ?? false;
        if (isImportOnly && !isEmpty) throw new CloudRefusal(400, "INVALID_ARGUMENT");
        Named key = new($"{Ring}/cryptoKeys/{id}", purpose, algorithm, level) { IsImportOnly = isImportOnly };
        if (!_keys.TryAdd(key.Name, key)) throw new CloudRefusal(409, "ALREADY_EXISTS");
        if (!isEmpty) AddVersion(key);
        return key.Resource();
    }

    private JsonObject Import(Named key, JsonObject request)
    {
        Asked.Enqueue("import");
        (CloudKey? pair, byte[] secret, string? reason) = Imports.Import(key.Level, key.Purpose, request);
        Held held =
            new($"{key.Name}/cryptoKeyVersions/{key.Versions.Count + 1}", request["algorithm"]!.GetValue<string>(),
            key.Level, Now())
            {
                Pair = pair,
                Secret = secret,
                Waits = ImportTakes,
                Pending = "PENDING_IMPORT",
                State = reason is null ? "ENABLED" : "IMPORT_FAILED",
                Reason = reason,
            };
        key.Versions.Add(held);
        return held.Resource();
    }

    private Held AddVersion(Named key)
    {
        KeyAlgorithm? algorithm = AlgorithmOf(key.Algorithm);
        Held held = new($"{key.Name}/cryptoKeyVersions/{key.Versions.Count + 1}", key.Algorithm, key.Level, Now())
        {
            Pair = algorithm is null or CipherAlgorithm ? null : CloudKey.Make(algorithm),
            Secret = RandomNumberGenerator.GetBytes(32),
            Waits = GenerationTakes,
        };
        key.Versions.Add(held);
        key.Primary ??= held;
        return held;
    }

    private static KeyAlgorithm? AlgorithmOf(string name) => name switch
    {
        "EC_SIGN_P256_SHA256" => SignatureAlgorithm.EcdsaP256,
        "EC_SIGN_P384_SHA384" => SignatureAlgorithm.EcdsaP384,
        "EC_SIGN_ED25519" => SignatureAlgorithm.Ed25519,
        "PQ_SIGN_ML_DSA_44_EXTERNAL_MU" => SignatureAlgorithm.MLDsa44,
        "PQ_SIGN_ML_DSA_65_EXTERNAL_MU" => SignatureAlgorithm.MLDsa65,
        "PQ_SIGN_ML_DSA_87_EXTERNAL_MU" => SignatureAlgorithm.MLDsa87,
        "ML_KEM_768" => KemAlgorithm.MLKem768,
        "ML_KEM_1024" => KemAlgorithm.MLKem1024,
        "KEM_XWING" => KemAlgorithm.XWing,
        "AES_256_GCM" => CipherAlgorithm.Aes256Gcm,
        "GOOGLE_SYMMETRIC_ENCRYPTION" => null,
        _ => throw new CloudRefusal(400, "INVALID_ARGUMENT"),
    };

    private JsonObject PublicKey(Held held, string format)
    {
        held.RequireEnabled();
        if (held.Pair is null) throw new CloudRefusal(400, "INVALID_ARGUMENT");
        JsonObject answer = new()
        {
            ["name"] = held.Name,
            ["algorithm"] = held.Algorithm,
            ["protectionLevel"] = held.Level,
        };
        string wanted = held.Algorithm == "KEM_XWING" ? "XWING_RAW_BYTES"
            : held.Algorithm.StartsWith("EC_", StringComparison.Ordinal) ? "" : "NIST_PQC";
        if (format != wanted)
            throw new CloudRefusal(400, "INVALID_ARGUMENT"); // PQC keys without their format are an error
        if (wanted.Length == 0)
        {
            string pem = PemEncoding.WriteString("PUBLIC KEY", held.Pair.SubjectPublicKeyInfo) + "\n";
            answer["pem"] = pem;
            answer["pemCrc32c"] = Crc(Encoding.UTF8.GetBytes(pem));
            return answer;
        }

        answer["publicKeyFormat"] = wanted;
        answer["publicKey"] = Checked([], "data", "crc32cChecksum", held.Pair.RawPublicKey);
        return answer;
    }

    private JsonObject Use(Held held, string verb, JsonObject request)
    {
        Asked.Enqueue(verb);
        if (verb == "destroy")
        {
            if (held.State is "DESTROYED" or "DESTROY_SCHEDULED" or "IMPORT_FAILED")
                throw new CloudRefusal(400, "FAILED_PRECONDITION");
            held.State = "DESTROY_SCHEDULED";
            return held.Resource();
        }

        held.RequireEnabled();
        bool verifies = !IgnoreChecksumsNext;
        IgnoreChecksumsNext = false;
        JsonObject answer = new() { ["name"] = held.Name, ["protectionLevel"] = held.Level };
        switch (verb)
        {
            case "asymmetricSign" when request["digest"] is JsonObject digest:
                if (digest.Count != 1 || request["data"] is not null) throw new CloudRefusal(400, "INVALID_ARGUMENT");
                string kind = digest.First().Key;
                byte[] hash = Received(digest, kind, request, "digestCrc32c");
                byte[] signature = (held.Algorithm, kind, hash.Length) switch
                {
                    ("EC_SIGN_P256_SHA256", "sha256", 32) or ("EC_SIGN_P384_SHA384", "sha384", 48) =>
                        held.Pair!.SignDigest(hash, DSASignatureFormat.Rfc3279DerSequence),
                    ("PQ_SIGN_ML_DSA_44_EXTERNAL_MU" or "PQ_SIGN_ML_DSA_65_EXTERNAL_MU"
                        or "PQ_SIGN_ML_DSA_87_EXTERNAL_MU",
                        "externalMu", 64) => held.Pair!.SignMu(hash),
                    _ => throw new CloudRefusal(400, "INVALID_ARGUMENT"),
                };
                answer["verifiedDigestCrc32c"] = verifies;
                return Checked(answer, "signature", "signatureCrc32c", signature);
            case "asymmetricSign" when held.Algorithm == "EC_SIGN_ED25519":
                byte[] data = Received(request, "data", request, "dataCrc32c");
                if (data.Length > 65536) throw new CloudRefusal(400, "INVALID_ARGUMENT");
                answer["verifiedDataCrc32c"] = verifies;
                return Checked(answer, "signature", "signatureCrc32c", held.Pair!.SignMessage(data));
            case "decapsulate" when held.Algorithm is "ML_KEM_768" or "ML_KEM_1024" or "KEM_XWING":
                byte[] sent = Received(request, "ciphertext", request, "ciphertextCrc32c");
                if (sent.Length != held.Pair!.CiphertextSize) throw new CloudRefusal(400, "INVALID_ARGUMENT");
                answer["verifiedCiphertextCrc32c"] = verifies;
                try
                {
                    return Checked(answer, "sharedSecret", "sharedSecretCrc32c", held.Pair.Decapsulate(sent));
                }
                catch (CryptographicException)
                {
                    throw new CloudRefusal(400, "INVALID_ARGUMENT"); // the point of X25519 is of small order
                }

            case "rawEncrypt" when held.Algorithm == "AES_256_GCM":
                if (request["initializationVector"] is not null) throw new CloudRefusal(400, "INVALID_ARGUMENT");
                byte[] plaintext = Received(request, "plaintext", request, "plaintextCrc32c");
                byte[] aad =
                    Received(request, "additionalAuthenticatedData", request, "additionalAuthenticatedDataCrc32c");
                RequireSize(held, plaintext.Length, aad.Length);
                byte[] iv = RandomNumberGenerator.GetBytes(12), closed = new byte[plaintext.Length + 16];
                using (AesGcm aes = new(held.Secret, 16))
                {
                    aes.Encrypt(
                        iv, plaintext, closed.AsSpan(0, plaintext.Length), closed.AsSpan(plaintext.Length), aad);
                }

                answer["tagLength"] = 16;
                answer["verifiedPlaintextCrc32c"] = verifies;
                answer["verifiedAdditionalAuthenticatedDataCrc32c"] = true;
                Checked(answer, "initializationVector", "initializationVectorCrc32c", iv);
                return Checked(answer, "ciphertext", "ciphertextCrc32c", closed);
            case "rawDecrypt" when held.Algorithm == "AES_256_GCM":
                byte[] bound =
                    Received(request, "additionalAuthenticatedData", request, "additionalAuthenticatedDataCrc32c");
                byte[] nonce = Received(request, "initializationVector", request, "initializationVectorCrc32c");
                byte[] opened =
                    Open(held.Secret, nonce, Received(request, "ciphertext", request, "ciphertextCrc32c"), bound);
                RequireSize(held, opened.Length, bound.Length);
                JsonObject plain = new()
                {
                    ["protectionLevel"] = held.Level,
                    ["verifiedCiphertextCrc32c"] = verifies,
                    ["verifiedAdditionalAuthenticatedDataCrc32c"] = true,
                    ["verifiedInitializationVectorCrc32c"] = true,
                };
                return Checked(plain, "plaintext", "plaintextCrc32c", opened);
            default:
                throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }
    }

    // The number of the version (4 bytes), nonce, ciphertext, tag.
    private JsonObject Encrypt(Named key, JsonObject request)
    {
        if (key.Purpose != "ENCRYPT_DECRYPT") throw new CloudRefusal(400, "FAILED_PRECONDITION");
        Held held = key.Primary!;
        held.RequireEnabled();
        byte[] plaintext = Received(request, "plaintext", request, "plaintextCrc32c");
        byte[] aad = Received(request, "additionalAuthenticatedData", request, "additionalAuthenticatedDataCrc32c");
        RequireSize(held, plaintext.Length, aad.Length);
        byte[] closed = new byte[16 + plaintext.Length + 16];
        BitConverter.TryWriteBytes(closed, key.Versions.IndexOf(held));
        RandomNumberGenerator.Fill(closed.AsSpan(4, 12));
        using AesGcm aes = new(held.Secret, 16);
        aes.Encrypt(closed.AsSpan(4, 12), plaintext, closed.AsSpan(16, plaintext.Length), closed.AsSpan()[^16..], aad);
        return Checked(new()
        {
            ["name"] = held.Name,
            ["verifiedPlaintextCrc32c"] = true,
            ["verifiedAdditionalAuthenticatedDataCrc32c"] = true,
        }, "ciphertext", "ciphertextCrc32c", closed);
    }

    private JsonObject Decrypt(Named key, JsonObject request)
    {
        byte[] closed = Received(request, "ciphertext", request, "ciphertextCrc32c");
        byte[] aad = Received(request, "additionalAuthenticatedData", request, "additionalAuthenticatedDataCrc32c");
        if (closed.Length < 32) throw new CloudRefusal(400, "INVALID_ARGUMENT");
        int number = BitConverter.ToInt32(closed);
        if (number < 0 || number >= key.Versions.Count) throw new CloudRefusal(400, "INVALID_ARGUMENT");
        key.Versions[number].RequireEnabled();
        return Checked(
            [], "plaintext", "plaintextCrc32c", Open(key.Versions[number].Secret, closed[4..16], closed[16..], aad));
    }

    private static JsonObject SetPrimary(Named key, string number)
    {
        key.Primary = key.Versions[int.Parse(number, CultureInfo.InvariantCulture) - 1];
        return key.Resource();
    }

    private static byte[] Open(byte[] secret, byte[] nonce, byte[] closed, byte[] aad)
    {
        byte[] plaintext = new byte[closed.Length < 16 ? 0 : closed.Length - 16];
        try
        {
            using AesGcm aes = new(secret, 16);
            aes.Decrypt(nonce, closed.AsSpan(0, plaintext.Length), closed.AsSpan(plaintext.Length), plaintext, aad);
            return plaintext;
        }
        catch (Exception e) when (e is AuthenticationTagMismatchException or ArgumentException)
        {
            throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }
    }

    private static void RequireSize(Held held, int data, int aad)
    {
        if (held.Level == "HSM" ? data + aad > 8192 : data > 65536 || aad > 65536)
            throw new CloudRefusal(400, "INVALID_ARGUMENT");
    }

    private static byte[] Received(JsonObject from, string field, JsonObject request, string checksum)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(from[field]?.GetValue<string>() ?? "");
        }
        catch (FormatException)
        {
            throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }

        return request[checksum]!.GetValue<string>() == Crc(bytes) ? bytes
            : throw new CloudRefusal(400, "INVALID_ARGUMENT");
    }

    private JsonObject Checked(JsonObject answer, string field, string checksum, byte[] bytes)
    {
        answer[checksum] = Crc(bytes);
        byte[] sent = [.. bytes];
        if (FlipNext == field && sent.Length > 0)
        {
            sent[0] ^= 1;
            FlipNext = null;
        }

        if (sent.Length > 0) answer[field] = Convert.ToBase64String(sent); // empty fields are left out
        return answer;
    }

    // The polynomial 0x1EDC6F41, bit by bit: not the client's code.
    internal static string Crc(byte[] bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte each in bytes)
        {
            crc ^= each;
            for (int i = 0; i < 8; i++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return (crc ^ 0xFFFFFFFF).ToString(CultureInfo.InvariantCulture);
    }

    // Two on a page, so that turning them is tested.
    private static JsonObject Page(HttpRequest http, string field, List<JsonNode> all)
    {
        int skip = int.TryParse(http.Query["pageToken"], CultureInfo.InvariantCulture, out int at) ? at : 0;
        JsonObject page = new() { [field] = new JsonArray([.. all.Skip(skip).Take(2)]), ["totalSize"] = all.Count };
        if (all.Count > skip + 2) page["nextPageToken"] = (skip + 2).ToString(CultureInfo.InvariantCulture);
        return page;
    }

    private Named Find(string name) =>
        _keys.TryGetValue(name, out Named? key) ? key : throw new CloudRefusal(404, "NOT_FOUND");

    private Held FindVersion(Match match) => Find(match.Groups[1].Value).Versions.FirstOrDefault(
        v => v.Name == $"{match.Groups[1].Value}/cryptoKeyVersions/{match.Groups[2].Value}")
        ?? throw new CloudRefusal(404, "NOT_FOUND");

    private static string Error(int code, string status) => new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = code, ["message"] = "text-of-the-service", ["status"] = status },
    }.ToJsonString();

    internal sealed record Named(string Name, string Purpose, string Algorithm, string Level)
    {
        public List<Held> Versions { get; } = [];

        public Held? Primary { get; set; }

        public bool IsImportOnly { get; init; }

        public JsonObject Resource() => new()
        {
            ["name"] = Name,
            ["purpose"] = Purpose,
            ["versionTemplate"] = new JsonObject { ["algorithm"] = Algorithm, ["protectionLevel"] = Level },
        };
    }

    internal sealed class Held(string name, string algorithm, string level, DateTimeOffset createdAt)
    {
        private string _state = "ENABLED";

        public string Name => name;

        public string Algorithm => algorithm;

        public string Level => level;

        public CloudKey? Pair { get; init; }

        public required byte[] Secret { get; init; }

        public int Waits { get; set; }

        public string Pending { get; init; } = "PENDING_GENERATION";

        /// <summary>Why it was not imported.</summary>
        public string? Reason { get; init; }

        public string State { get => Waits > 0 ? Pending : _state; set => _state = value; }

        public JsonObject Resource()
        {
            string state = State;
            if (Waits > 0) Waits--;
            JsonObject answer = new()
            {
                ["name"] = name,
                ["state"] = state,
                ["algorithm"] = algorithm,
                ["protectionLevel"] = level,
                ["createTime"] =
                    createdAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
            };
            if (state == "IMPORT_FAILED") answer["importFailureReason"] = Reason;
            return answer;
        }

        public void RequireEnabled()
        {
            if (State != "ENABLED") throw new CloudRefusal(400, "FAILED_PRECONDITION");
        }
    }
}
