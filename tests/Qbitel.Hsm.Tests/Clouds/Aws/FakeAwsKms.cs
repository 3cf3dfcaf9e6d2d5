using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Envelopes;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

/// <summary>
/// AWS KMS on loopback: its JSON protocol with signatures checked, its limits, states and refusals, and real
/// cryptography. Written from the API reference; where that is silent it is strict.
/// </summary>
internal sealed partial class FakeAwsKms : LoopbackServer
{
    public const string AccessKey = "AKIATESTTESTTESTTEST";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    public const string Region = "eu-central-1";

    private const int MaxBody = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Held> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    /// <summary>The session token that credentials must carry; null for permanent ones.</summary>
    public string? Token { get; set; }

    /// <summary>Set when the session has ended.</summary>
    public bool IsTokenExpired { get; set; }

    /// <summary>Operations that the policy denies.</summary>
    public HashSet<string> Denied { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Held> Keys { get { lock (_gate) return [.. _keys.Values]; } }

    public IReadOnlyDictionary<string, string> Aliases
    {
        get { lock (_gate) return new Dictionary<string, string>(_aliases, StringComparer.Ordinal); }
    }

    public Held Of(string alias) { lock (_gate) return _keys[_aliases[alias]]; }

    public void PointAlias(string alias, string keyId) { lock (_gate) _aliases[alias] = keyId; }

    protected override async Task ServeAsync(HttpContext http)
    {
        http.Response.Headers["x-amzn-RequestId"] = "0a1b2c3d-0000-4000-8000-000000000000";
        byte[] body = await BodyAsync(http);
        string target = http.Request.Headers["x-amz-target"].ToString();
        string operation = target.StartsWith("TrentService.", StringComparison.Ordinal) ? target[13..] : "";
        Asked.Enqueue(operation);
        JsonObject answer;
        int status = 200;
        try
        {
            if (http.Request.Method != "POST" || http.Request.Path != "/")
                throw new Refusal("UnknownOperationException");
            if (http.Request.ContentType != "application/x-amz-json-1.1") throw new Refusal("SerializationException");
            if (body.Length > MaxBody) throw new Refusal("RequestEntityTooLarge");
            if (SigV4.Refuse(http.Request, body, AccessKey, SecretKey, Token, Region, Now()) is { } wrong)
                throw new Refusal(wrong.Code, wrong.Text);
            if (IsTokenExpired) throw new Refusal("ExpiredTokenException", $"the token {Token} is expired");
            if (Denied.Contains(operation)) throw new Refusal("AccessDeniedException", "User: arn:aws:iam::1:user/x");
            JsonObject request;
            try
            {
                request = JsonNode.Parse(body)!.AsObject();
            }
            catch (JsonException)
            {
                throw new Refusal("SerializationException");
            }

            lock (_gate) answer = Do(operation, request);
            if (AddsUnknownFields) answer["Future"] = new JsonObject { ["Deep"] = new JsonArray(1, "two", null) };
        }
        catch (Refusal refusal)
        {
            status = 400;
            answer = new JsonObject { ["__type"] = refusal.Code, ["message"] = refusal.Message };
        }

        await WriteAsync(http, status, answer.ToJsonString(), "application/x-amz-json-1.1");
    }

    private JsonObject Do(string operation, JsonObject request) => operation switch
    {
        "CreateKey" => CreateKey(request),
        "DescribeKey" => new() { ["KeyMetadata"] = Find(request).Metadata() },
        "CreateAlias" => CreateAlias(request),
        "DeleteAlias" => DeleteAlias(request),
        "ListAliases" => ListAliases(request),
        "GetPublicKey" => GetPublicKey(request),
        "Sign" => Sign(request),
        "Decapsulate" => Decapsulate(request),
        "Encrypt" => Encrypt(request),
        "Decrypt" => Decrypt(request),
        "GenerateRandom" => GenerateRandom(request),
        "ScheduleKeyDeletion" => ScheduleKeyDeletion(request),
        "RotateKeyOnDemand" => Rotate(request),
        "EnableKeyRotation" => EnableKeyRotation(request),
        "GetParametersForImport" => GetParametersForImport(request),
        "ImportKeyMaterial" => ImportKeyMaterial(request),
        _ => throw new Refusal("UnknownOperationException"),
    };

    private JsonObject CreateKey(JsonObject request)
    {
        string spec = Text(request, "KeySpec") ?? "SYMMETRIC_DEFAULT", usage = Text(request, "KeyUsage")
            ?? "ENCRYPT_DECRYPT";
        string origin = Text(request, "Origin") ?? "AWS_KMS";
        (KeyAlgorithm? algorithm, string needs) = spec switch
        {
            "SYMMETRIC_DEFAULT" => ((KeyAlgorithm?)null, "ENCRYPT_DECRYPT"),
            "ECC_NIST_P256" => (SignatureAlgorithm.EcdsaP256, "SIGN_VERIFY"),
            "ECC_NIST_P384" => (SignatureAlgorithm.EcdsaP384, "SIGN_VERIFY"),
            "ECC_NIST_EDWARDS25519" => (SignatureAlgorithm.Ed25519, "SIGN_VERIFY"),
            "ML_DSA_44" => (SignatureAlgorithm.MLDsa44, "SIGN_VERIFY"),
            "ML_DSA_65" => (SignatureAlgorithm.MLDsa65, "SIGN_VERIFY"),
            "ML_DSA_87" => (SignatureAlgorithm.MLDsa87, "SIGN_VERIFY"),
            "ML_KEM_512" => (KemAlgorithm.MLKem512, "ENCAPSULATE_DECAPSULATE"),
            "ML_KEM_768" => (KemAlgorithm.MLKem768, "ENCAPSULATE_DECAPSULATE"),
            "ML_KEM_1024" => (KemAlgorithm.MLKem1024, "ENCAPSULATE_DECAPSULATE"),
            _ => throw new Refusal("ValidationException", "KeySpec"),
        };
        if (usage != needs) throw new Refusal("ValidationException", "KeyUsage");
        if (origin is not ("AWS_KMS" or "EXTERNAL")) throw new Refusal("ValidationException", "Origin");
        foreach (JsonNode? tag in request["Tags"]?.AsArray() ?? [])
        {
            string name = tag!["TagKey"]!.GetValue<string>(), value = tag["TagValue"]!.GetValue<string>();
            if (name.Length is 0 or > 128 || value.Length > 256 || name.StartsWith("aws:", StringComparison.Ordinal))
                throw new Refusal("TagException");
        }

        if ((Text(request, "Description") ?? "").Length > 8192) throw new Refusal("ValidationException", "Description");
        bool isExternal = origin == "EXTERNAL";
        Held held = new()
        {
            Id = Guid.NewGuid().ToString(),
            Spec = spec,
            Usage = usage,
            Origin = origin,
            Algorithm = algorithm,
            CreatedAt = Now(),
            State = isExternal ? "PendingImport" : "Enabled",
            Tags = request["Tags"]?.AsArray().ToDictionary(
                t => t!["TagKey"]!.GetValue<string>(), t => t!["TagValue"]!.GetValue<string>(), StringComparer.Ordinal)
                ?? [],
        };
        if (!isExternal)
        {
            if (algorithm is null) held.Materials.Add(RandomNumberGenerator.GetBytes(32));
            else held.Pair = CloudKey.Make(algorithm);
        }

        _keys[held.Id] = held;
        return new() { ["KeyMetadata"] = held.Metadata() };
    }

    private JsonObject CreateAlias(JsonObject request)
    {
        string name = Text(request, "AliasName") ?? "";
        if (!AliasName().IsMatch(name) || name.Length > 256 || name.StartsWith("alias/aws/", StringComparison.Ordinal))
            throw new Refusal("InvalidAliasNameException");
        Held held = ById(Text(request, "TargetKeyId") ?? "");
        if (held.State == "PendingDeletion") throw new Refusal("KMSInvalidStateException", held.Arn);
        if (!_aliases.TryAdd(name, held.Id)) throw new Refusal("AlreadyExistsException", name);
        return [];
    }

    private JsonObject DeleteAlias(JsonObject request) =>
        _aliases.Remove(Text(request, "AliasName") ?? "") ? [] : throw new Refusal("NotFoundException");

    private JsonObject ListAliases(JsonObject request)
    {
        int limit = request["Limit"]?.GetValue<int>() ?? 50;
        if (limit is < 1 or > 100) throw new Refusal("ValidationException", "Limit");
        string after = Text(request, "Marker") ?? "";
        string[] names = [.. _aliases.Keys.Append("alias/aws/ebs").Order(StringComparer.Ordinal)
            .Where(n => string.CompareOrdinal(n, after) > 0)];
        limit = Math.Min(limit, 3); // small pages, so that turning them is tested
        JsonObject answer = new()
        {
            [nameof(Aliases)] = new JsonArray([.. names.Take(limit).Select(n => (JsonNode)new JsonObject
            {
                ["AliasName"] = n,
                ["AliasArn"] = $"arn:aws:kms:{Region}:111122223333:{n}",
                ["TargetKeyId"] = _aliases.GetValueOrDefault(n),
            })]),
            ["Truncated"] = names.Length > limit,
        };
        if (names.Length > limit) answer["NextMarker"] = names[limit - 1];
        return answer;
    }

    private JsonObject GetPublicKey(JsonObject request)
    {
        Held held = Find(request);
        if (held.Algorithm is null) throw new Refusal("UnsupportedOperationException");
        if (held.State is "PendingDeletion" or "PendingImport")
            throw new Refusal("KMSInvalidStateException", held.State);
        return new()
        {
            ["KeyId"] = held.Arn,
            ["KeySpec"] = held.Spec,
            ["KeyUsage"] = held.Usage,
            ["PublicKey"] = Convert.ToBase64String(held.Pair!.SubjectPublicKeyInfo),
        };
    }

    private JsonObject Sign(JsonObject request)
    {
        Held held = Usable(request, "SIGN_VERIFY");
        byte[] message = Bytes(request, "Message", 1, 4096);
        string type = Text(request, "MessageType") ?? "RAW", algorithm = Text(request, "SigningAlgorithm") ?? "";
        byte[] signature = (held.Spec, algorithm, type) switch
        {
            ("ECC_NIST_P256", "ECDSA_SHA_256", "DIGEST") when message.Length == 32 => Der(message),
            ("ECC_NIST_P256", "ECDSA_SHA_256", "RAW") => Der(SHA256.HashData(message)),
            ("ECC_NIST_P384", "ECDSA_SHA_384", "DIGEST") when message.Length == 48 => Der(message),
            ("ECC_NIST_P384", "ECDSA_SHA_384", "RAW") => Der(SHA384.HashData(message)),
            ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "RAW") => held.Pair!.SignMessage(message),
            ("ML_DSA_44" or "ML_DSA_65" or "ML_DSA_87", "ML_DSA_SHAKE_256", "RAW") => held.Pair!.SignMessage(message),
            ("ML_DSA_44" or "ML_DSA_65" or "ML_DSA_87", "ML_DSA_SHAKE_256", "EXTERNAL_MU") when message.Length == 64 =>
                held.Pair!.SignMu(message),
            (_, _, "DIGEST" or "EXTERNAL_MU") => throw new Refusal("ValidationException", "Digest is invalid length"),
            _ => throw new Refusal("InvalidKeyUsageException", algorithm),
        };
        return new()
        {
            ["KeyId"] = held.Arn,
            ["Signature"] = Convert.ToBase64String(signature),
            ["SigningAlgorithm"] = algorithm,
        };

        byte[] Der(byte[] digest) => held.Pair!.SignDigest(digest, DSASignatureFormat.Rfc3279DerSequence);
    }

    private JsonObject Decapsulate(JsonObject request)
    {
        Held held = Usable(request, "ENCAPSULATE_DECAPSULATE");
        if (Text(request, "EncapsulationAlgorithm") != "ML_KEM") throw new Refusal("InvalidKeyUsageException");
        byte[] ciphertext = Bytes(request, "SharedSecretCiphertextBlob", 1, 6144);
        if (ciphertext.Length != held.Pair!.CiphertextSize) throw new Refusal("InvalidCiphertextException");
        return new()
        {
            ["KeyId"] = held.Arn,
            ["SharedSecret"] = Convert.ToBase64String(held.Pair.Decapsulate(ciphertext)),
            ["EncapsulationAlgorithm"] = "ML_KEM",
        };
    }

    // A blob: the key (36 characters), the number of its material, nonce, ciphertext, tag.
    private JsonObject Encrypt(JsonObject request)
    {
        Held held = Usable(request, "ENCRYPT_DECRYPT");
        byte[] plaintext = Bytes(request, "Plaintext", 1, 4096), blob = new byte[36 + 4 + 12 + plaintext.Length + 16];
        Encoding.ASCII.GetBytes(held.Id, blob);
        BinaryPrimitives.WriteInt32BigEndian(blob.AsSpan(36), held.Materials.Count - 1);
        RandomNumberGenerator.Fill(blob.AsSpan(40, 12));
        using AesGcm aes = new(held.Materials[^1], 16);
        aes.Encrypt(
            blob.AsSpan(40, 12), plaintext, blob.AsSpan(52, plaintext.Length), blob.AsSpan()[^16..], Bound(request));
        return new() { ["KeyId"] = held.Arn, ["CiphertextBlob"] = Convert.ToBase64String(blob) };
    }

    private JsonObject Decrypt(JsonObject request)
    {
        byte[] blob = Bytes(request, "CiphertextBlob", 1, 6144);
        if (blob.Length < 68) throw new Refusal("InvalidCiphertextException");
        Held held = Usable(request, "ENCRYPT_DECRYPT");
        if (Encoding.ASCII.GetString(blob, 0, 36) != held.Id)
        {
            throw new Refusal(_keys.ContainsKey(Encoding.ASCII.GetString(blob, 0, 36))
                ? "IncorrectKeyException" : "InvalidCiphertextException");
        }

        int number = BinaryPrimitives.ReadInt32BigEndian(blob.AsSpan(36));
        if (number < 0 || number >= held.Materials.Count) throw new Refusal("InvalidCiphertextException");
        byte[] plaintext = new byte[blob.Length - 68];
        try
        {
            using AesGcm aes = new(held.Materials[number], 16);
            aes.Decrypt(blob.AsSpan(40, 12), blob.AsSpan(52, plaintext.Length), blob.AsSpan()[^16..], plaintext,
                Bound(request));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new Refusal("InvalidCiphertextException");
        }

        return new() { ["KeyId"] = held.Arn, ["Plaintext"] = Convert.ToBase64String(plaintext) };
    }

    private static byte[] Bound(JsonObject request) => Encoding.UTF8.GetBytes(string.Join('\n',
        (request["EncryptionContext"]?.AsObject() ?? []).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key}={p.Value!.GetValue<string>()}")));

    private static JsonObject GenerateRandom(JsonObject request)
    {
        int count = request["NumberOfBytes"]?.GetValue<int>() ?? 0;
        if (count is < 1 or > 1024) throw new Refusal("ValidationException", "NumberOfBytes");
        return new() { ["Plaintext"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(count)) };
    }

    private JsonObject ScheduleKeyDeletion(JsonObject request)
    {
        Held held = ById(Text(request, "KeyId") ?? "");
        int days = request["PendingWindowInDays"]?.GetValue<int>() ?? 30;
        if (days is < 7 or > 30) throw new Refusal("ValidationException", "PendingWindowInDays");
        if (held.State == "PendingDeletion") throw new Refusal("KMSInvalidStateException", held.Arn);
        held.State = "PendingDeletion";
        return new() { ["KeyId"] = held.Arn, ["KeyState"] = held.State, ["PendingWindowInDays"] = days };
    }

    private JsonObject Rotate(JsonObject request)
    {
        Held held = ById(Text(request, "KeyId") ?? "");
        if (held.Algorithm is not null) throw new Refusal("UnsupportedOperationException");
        held.RequireEnabled();
        held.Materials.Add(RandomNumberGenerator.GetBytes(32));
        return new() { ["KeyId"] = held.Arn };
    }

    private JsonObject EnableKeyRotation(JsonObject request)
    {
        Held held = ById(Text(request, "KeyId") ?? "");
        if (held.Algorithm is not null) throw new Refusal("UnsupportedOperationException");
        held.RequireEnabled();
        int days = request["RotationPeriodInDays"]?.GetValue<int>() ?? 365;
        held.RotationDays = days is >= 90 and <= 2560 ? days : throw new Refusal("ValidationException");
        return [];
    }

    private JsonObject GetParametersForImport(JsonObject request)
    {
        Held held = ById(Text(request, "KeyId") ?? "");
        if (held.Origin != "EXTERNAL") throw new Refusal("UnsupportedOperationException");
        if (held.State == "PendingDeletion") throw new Refusal("KMSInvalidStateException");
        if (Text(request, "WrappingAlgorithm") != "RSA_AES_KEY_WRAP_SHA_256"
            || Text(request, "WrappingKeySpec") != "RSA_4096")
        {
            throw new Refusal("ValidationException");
        }

        held.Ticket ??= RandomNumberGenerator.GetBytes(40);
        return new()
        {
            ["KeyId"] = held.Arn,
            ["PublicKey"] = Convert.ToBase64String(ImportKey.ExportSubjectPublicKeyInfo()),
            ["ImportToken"] = Convert.ToBase64String(held.Ticket),
            ["ParametersValidTo"] = Now().AddHours(24).ToUnixTimeSeconds(),
        };
    }

    private JsonObject ImportKeyMaterial(JsonObject request)
    {
        Held held = ById(Text(request, "KeyId") ?? "");
        if (held.Ticket is null || !Bytes(request, "ImportToken", 1, 6144).AsSpan().SequenceEqual(held.Ticket))
            throw new Refusal("InvalidImportTokenException");
        if (held.State != "PendingImport") throw new Refusal("KMSInvalidStateException");
        byte[] sent = Bytes(request, "EncryptedKeyMaterial", 1, 6144);
        try
        {
            byte[] once = ImportKey.Decrypt(sent[..512], RSAEncryptionPadding.OaepSHA256);
            byte[] pkcs8 = AesKeyWrap.UnwrapPadded(once, sent.AsSpan(512));
            using StoredKey known = Pkcs8.Decode(pkcs8);
            if (known.Algorithm != held.Algorithm) throw new Refusal("IncorrectKeyMaterialException");
            ECDsa key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            held.Pair = CloudKey.Of(key);
        }
        catch (CryptographicException)
        {
            throw new Refusal("InvalidCiphertextException");
        }

        held.State = "Enabled";
        return new() { ["KeyId"] = held.Arn };
    }

    private Held Usable(JsonObject request, string usage)
    {
        Held held = Find(request);
        held.RequireEnabled();
        return held.Usage == usage ? held : throw new Refusal("InvalidKeyUsageException", held.Usage);
    }

    private Held Find(JsonObject request)
    {
        string name = Text(request, "KeyId") ?? throw new Refusal("ValidationException", "KeyId");
        if (!name.StartsWith("alias/", StringComparison.Ordinal)) return ById(name);
        return _aliases.TryGetValue(name, out string? id) ? _keys[id] : throw new Refusal("NotFoundException", name);
    }

    private Held ById(string name)
    {
        if (name.StartsWith("alias/", StringComparison.Ordinal)) throw new Refusal("InvalidArnException", name);
        return _keys.TryGetValue(name[(name.LastIndexOf('/') + 1)..], out Held? held) ? held
            : throw new Refusal("NotFoundException", name);
    }

    private static string? Text(JsonObject request, string name) => request[name]?.GetValue<string>();

    private static byte[] Bytes(JsonObject request, string name, int min, int max)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(Text(request, name) ?? throw new Refusal("ValidationException", name));
        }
        catch (FormatException)
        {
            throw new Refusal("SerializationException", name);
        }

        return bytes.Length >= min && bytes.Length <= max ? bytes
            : throw new Refusal(
                "ValidationException", string.Create(CultureInfo.InvariantCulture, $"{name}: {bytes.Length}"));
    }

    private static RSA ImportKey { get; } = RSA.Create(4096);

    [GeneratedRegex("^alias/[a-zA-Z0-9/_-]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AliasName();

    /// <summary>One key of the server.</summary>
    internal sealed class Held
    {
        public required string Id { get; init; }

        public required string Spec { get; init; }

        public required string Usage { get; init; }

        public required string Origin { get; init; }

        public required KeyAlgorithm? Algorithm { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required Dictionary<string, string> Tags { get; init; }

        public required string State { get; set; }

        public CloudKey? Pair { get; set; }

        public List<byte[]> Materials { get; } = [];

        public byte[]? Ticket { get; set; }

        public int? RotationDays { get; set; }

        public string Arn => $"arn:aws:kms:{Region}:111122223333:key/{Id}";

        public JsonObject Metadata() => new()
        {
            ["AWSAccountId"] = "111122223333",
            ["KeyId"] = Id,
            [nameof(Arn)] = Arn,
            ["CreationDate"] = CreatedAt.ToUnixTimeMilliseconds() / 1000.0,
            ["Enabled"] = State == "Enabled",
            ["KeyState"] = State,
            ["KeyManager"] = "CUSTOMER",
            ["KeySpec"] = Spec,
            ["CustomerMasterKeySpec"] = Spec,
            ["KeyUsage"] = Usage,
            [nameof(Origin)] = Origin,
            ["MultiRegion"] = false,
        };

        public void RequireEnabled()
        {
            if (State == "Disabled") throw new Refusal("DisabledException", Arn);
            if (State != "Enabled") throw new Refusal("KMSInvalidStateException", $"{Arn} is {State}");
        }
    }

    private sealed class Refusal(string code, string text = "") : Exception(text)
    {
        public string Code { get; } = code;
    }
}
