using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Envelopes;

namespace Qbitel.Hsm.Tests.Clouds.Azure;

/// <summary>
/// Azure Managed HSM on loopback: challenge, versions, soft deletion, its refusals, and real cryptography. Written from
/// the REST reference; where that is silent it is strict.
/// </summary>
internal sealed partial class FakeManagedHsm : LoopbackServer
{
    public const string Host = "bank.managedhsm.azure.net";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Held>> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _deleted = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The token that is accepted now.</summary>
    public string Token { get; set; } = "token-1";

    public string Resource { get; set; } = "https://managedhsm.azure.net";

    public bool IsPurgeProtected { get; set; }

    /// <summary>The next import is opened with another key exchange key than it is for.</summary>
    public bool SwapsNext { get; set; }

    /// <summary>The next key is imported, and nobody hears of it.</summary>
    public bool CutsNextImport { get; set; }

    public List<Held> Of(string name) { lock (_gate) return [.. _keys[name]]; }

    public bool IsDeleted(string name) { lock (_gate) return _deleted.Contains(name); }

    public void AddVersion(string name, DateTimeOffset at) { lock (_gate) _keys[name].Add(_keys[name][0].Another(at)); }

    protected override async Task ServeAsync(HttpContext http)
    {
        byte[] body = await BodyAsync(http);
        string authorization = http.Request.Headers.Authorization.ToString();
        if (authorization != $"Bearer {Token}")
        {
            Asked.Enqueue("401");
            if (authorization.Length == 0) Assert.Empty(body);
            http.Response.Headers.WWWAuthenticate =
                $"Bearer authorization=\"https://login.microsoftonline.com/72f988bf-0000\", resource=\"{Resource}\"";
            await WriteAsync(http, 401, Error("Unauthorized"));
            return;
        }

        (int status, string answer) result;
        try
        {
            if (http.Request.Headers.Host != Host) throw new CloudRefusal(400, "BadHost");
            if (http.Request.Query["api-version"] != "7.6") throw new CloudRefusal(400, "BadApiVersion");
            JsonObject request = body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject();
            string[] path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
            JsonObject? done;
            lock (_gate) done = Do(http.Request, path, request);
            if (AddsUnknownFields && done is not null)
                done["future"] = new JsonObject { ["deep"] = new JsonArray(1, null) };
            result = done is null ? (204, "") : (200, done.ToJsonString());
        }
        catch (CloudRefusal refusal)
        {
            result = (refusal.Status, Error(refusal.Message));
        }
        catch (JsonException)
        {
            result = (400, Error("BadParameter"));
        }

        if (CutsNextImport && http.Request.Method == "PUT")
        {
            CutsNextImport = false;
            http.Abort();
            return;
        }

        if (result.status == 204) http.Response.StatusCode = 204;
        else await WriteAsync(http, result.status, result.answer);
    }

    private JsonObject? Do(HttpRequest http, string[] path, JsonObject request)
    {
        switch (http.Method, path)
        {
            case ("POST", ["rng"]):
                Asked.Enqueue("rng");
                int count = request["count"]?.GetValue<int>() ?? 0;
                if (count is < 1 or > 128) throw new CloudRefusal(400, "BadParameter");
                return new JsonObject { ["value"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(count)) };
            case ("GET", ["keys"]):
                return Page(http, [.. _keys.OrderBy(k => k.Key, StringComparer.Ordinal)
                    .Select(k => (JsonNode)k.Value[^1].Item(k.Key, false))]);
            case ("POST", ["keys", var name, "create"]):
                Asked.Enqueue("create");
                return Create(name, request);
            case ("GET", ["keys", var name, "versions"]):
                return Page(http, _keys.TryGetValue(name, out List<Held>? all)
                    ? [.. all.Select(v => (JsonNode)v.Item(name, true))] : []);
            case ("GET", ["keys", var name]):
                return Versions(name)[^1].Bundle(name);
            case ("GET", ["keys", var name, var version]):
                return Version(name, version).Bundle(name);
            case ("PATCH", ["keys", var name, var version]):
                Asked.Enqueue("update");
                Held changed = Version(name, version);
                changed.IsEnabled = request["attributes"]!["enabled"]!.GetValue<bool>();
                return changed.Bundle(name);
            case ("POST", ["keys", var name, "rotate"]):
                Held next = Versions(name)[^1].Another(Now());
                _keys[name].Add(next);
                return next.Bundle(name);
            case ("POST", ["keys", var name, "wrapkey"]):
                return Use(name, Versions(name)[^1], "wrapkey", request);
            case ("POST", ["keys", var name, var version, var verb]):
                return Use(name, Version(name, version), verb, request);
            case ("PUT", ["keys", var name]):
                Asked.Enqueue("import");
                return Import(name, request);
            case ("DELETE", ["keys", var name]):
                Asked.Enqueue("delete");
                JsonObject gone = Versions(name)[^1].Bundle(name);
                _keys.Remove(name);
                _deleted.Add(name);
                return gone;
            case ("DELETE", ["deletedkeys", var name]):
                Asked.Enqueue("purge");
                if (!_deleted.Contains(name)) throw new CloudRefusal(404, "KeyNotFound");
                if (IsPurgeProtected) throw new CloudRefusal(403, "Forbidden");
                _deleted.Remove(name);
                return null;
            default:
                throw new CloudRefusal(404, "NotFound");
        }
    }

    private JsonObject Create(string name, JsonObject request)
    {
        if (!KeyName().IsMatch(name)) throw new CloudRefusal(400, "BadParameter");
        if (_deleted.Contains(name)) throw new CloudRefusal(409, "Conflict");
        string kty = request["kty"]!.GetValue<string>();
        string? crv = request["crv"]?.GetValue<string>();
        Held held = (kty, crv, request["key_size"]?.GetValue<int>()) switch
        {
            ("EC-HSM", "P-256", null) => new Held(kty, crv) { Pair = CloudKey.Make(SignatureAlgorithm.EcdsaP256) },
            ("EC-HSM", "P-384", null) => new Held(kty, crv) { Pair = CloudKey.Make(SignatureAlgorithm.EcdsaP384) },
            ("oct-HSM", null, 256) => new Held(kty, crv) { Secret = RandomNumberGenerator.GetBytes(32) },
            ("RSA-HSM", null, 4096) => new Held(kty, crv) { Kek = ImportWrapping.Key(0) },
            _ => throw new CloudRefusal(400, "BadParameter"),
        };
        held.Operations = [.. request["key_ops"]!.AsArray().Select(o => o!.GetValue<string>())];
        string[] may = kty == "EC-HSM" ? ["sign", "verify"] : kty == "RSA-HSM" ? ["import", "wrapKey"]
            : ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
        if (held.Operations.Except(may).Any()) throw new CloudRefusal(400, "BadParameter");
        held.CreatedAt = Now();
        held.Tags = request["tags"]!.AsObject();
        if (!_keys.TryGetValue(name, out List<Held>? versions)) _keys[name] = versions = [];
        versions.Add(held);
        return held.Bundle(name);
    }

    // Key Vault's specification of the transfer blob.
    private JsonObject Import(string name, JsonObject request)
    {
        if (!KeyName().IsMatch(name)) throw new CloudRefusal(400, "BadParameter");
        if (_deleted.Contains(name)) throw new CloudRefusal(409, "Conflict");
        JsonObject key = request["key"]!.AsObject();
        string kty = key["kty"]!.GetValue<string>();
        string? crv = key["crv"]?.GetValue<string>();
        JsonObject blob = JsonNode.Parse(Bytes(key, "key_hsm"))!.AsObject();
        JsonObject header = blob["header"]!.AsObject();
        if (blob["schema_version"]!.GetValue<string>() != "1.0.0" || header["alg"]!.GetValue<string>() != "dir"
            || header["enc"]!.GetValue<string>() != "CKM_RSA_AES_KEY_WRAP" || blob["generator"] is null)
        {
            throw new CloudRefusal(400, "BadParameter");
        }

        string kid = header["kid"]!.GetValue<string>();
        Held kek = kid.StartsWith($"https://{Host}/keys/", StringComparison.Ordinal)
            && kid[$"https://{Host}/keys/".Length..].Split('/') is [var kekName, var kekVersion]
            ? Version(kekName, kekVersion) : throw new CloudRefusal(400, "BadParameter");
        if (kek.Kek is null || !kek.IsEnabled || kek.Operations is not ["import"])
            throw new CloudRefusal(403, "Forbidden");
        RSA opener = SwapsNext ? ImportWrapping.Key(1) : kek.Kek;
        SwapsNext = false;
        byte[] material = ImportWrapping.Open(opener, Bytes(blob, "ciphertext"), RSAEncryptionPadding.OaepSHA1)
            ?? throw new CloudRefusal(400, "BadParameter");
        CloudKey? pair = crv is null ? null : ImportWrapping.Pair(
            material, crv == "P-256" ? SignatureAlgorithm.EcdsaP256 : SignatureAlgorithm.EcdsaP384);
        bool isRight = (kty, crv) switch
        {
            ("EC-HSM", "P-256" or "P-384") => pair is not null,
            ("oct-HSM", null) => material.Length == 32,
            _ => false,
        };
        if (!isRight) throw new CloudRefusal(400, "BadParameter");
        Held held = new(kty, crv)
        {
            Pair = pair,
            Secret = pair is null ? material : null,
            Operations = [.. key["key_ops"]!.AsArray().Select(o => o!.GetValue<string>())],
            CreatedAt = Now(),
            Tags = request["tags"]!.AsObject(),
        };
        if (!_keys.TryGetValue(name, out List<Held>? versions)) _keys[name] = versions = [];
        versions.Add(held);
        return held.Bundle(name);
    }

    private JsonObject Use(string name, Held held, string verb, JsonObject request)
    {
        Asked.Enqueue(verb);
        if (!held.IsEnabled) throw new CloudRefusal(403, "Forbidden");
        string operation = verb switch { "wrapkey" => "wrapKey", "unwrapkey" => "unwrapKey", _ => verb };
        if (!held.Operations.Contains(operation)) throw new CloudRefusal(403, "Forbidden");
        string alg = request["alg"]!.GetValue<string>();
        byte[] value = Bytes(request, "value"), aad = request["aad"] is null ? [] : Bytes(request, "aad");
        JsonObject answer = new() { ["kid"] = held.Kid(name) };
        switch (verb, alg)
        {
            case ("sign", "ES256") when held.Curve == "P-256" && value.Length == 32:
            case ("sign", "ES384") when held.Curve == "P-384" && value.Length == 48:
                answer["value"] = Base64Url.EncodeToString(
                    held.Pair!.SignDigest(value, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
                return answer;
            case ("encrypt", "A256GCM") when held.Secret is not null:
                if (request["iv"] is not null) throw new CloudRefusal(400, "BadParameter"); // the HSM makes it
                byte[] iv = RandomNumberGenerator.GetBytes(12), ciphertext = new byte[value.Length], tag = new byte[16];
                using (AesGcm aes = new(held.Secret, 16)) aes.Encrypt(iv, value, ciphertext, tag, aad);
                answer["value"] = Base64Url.EncodeToString(ciphertext);
                answer["iv"] = Base64Url.EncodeToString(iv);
                answer["tag"] = Base64Url.EncodeToString(tag);
                answer["aad"] = Base64Url.EncodeToString(aad);
                return answer;
            case ("decrypt", "A256GCM") when held.Secret is not null:
                byte[] plaintext = new byte[value.Length];
                try
                {
                    using AesGcm aes = new(held.Secret, 16);
                    aes.Decrypt(Bytes(request, "iv"), value, Bytes(request, "tag"), plaintext, aad);
                }
                catch (Exception e) when (e is AuthenticationTagMismatchException or ArgumentException)
                {
                    throw new CloudRefusal(400, "BadParameter");
                }

                answer["value"] = Base64Url.EncodeToString(plaintext);
                return answer;
            case ("wrapkey", "A256KW") when held.Secret is not null && value.Length >= 16 && value.Length % 8 == 0:
                answer["value"] = Base64Url.EncodeToString(AesKeyWrap.Wrap(held.Secret, value));
                return answer;
            case ("unwrapkey", "A256KW") when held.Secret is not null:
                try
                {
                    answer["value"] = Base64Url.EncodeToString(AesKeyWrap.Unwrap(held.Secret, value));
                    return answer;
                }
                catch (Exception e) when (e is CryptographicException or ArgumentException)
                {
                    throw new CloudRefusal(400, "BadParameter");
                }

            default:
                throw new CloudRefusal(400, "BadParameter");
        }
    }

    // Two on a page, so that turning them is tested.
    private static JsonObject Page(HttpRequest http, List<JsonNode> all)
    {
        int skip = int.TryParse(http.Query["$skiptoken"], CultureInfo.InvariantCulture, out int at) ? at : 0;
        JsonObject page = new() { ["value"] = new JsonArray([.. all.Skip(skip).Take(2)]) };
        page["nextLink"] = all.Count > skip + 2
            ? $"https://{Host}{http.Path}?api-version=7.6&$skiptoken={skip + 2}&maxresults=2" : null;
        return page;
    }

    private List<Held> Versions(string name) =>
        _keys.TryGetValue(name, out List<Held>? found) ? found : throw new CloudRefusal(404, "KeyNotFound");

    private Held Version(string name, string version) =>
        Versions(name).FirstOrDefault(v => v.Version == version) ?? throw new CloudRefusal(404, "KeyNotFound");

    private static byte[] Bytes(JsonObject request, string name)
    {
        try
        {
            string text = request[name]!.GetValue<string>();
            return text.Contains('=', StringComparison.Ordinal) ? throw new CloudRefusal(400, "BadParameter")
                : Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw new CloudRefusal(400, "BadParameter");
        }
    }

    private static string Error(string code) => new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = code,
            ["message"] = "text-of-the-service",
            ["innererror"] = new JsonObject { ["code"] = "Inner" },
        },
    }.ToJsonString();

    [GeneratedRegex("^[0-9a-zA-Z-]{1,127}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyName();

    internal sealed class Held(string keyType, string? curve)
    {
        public string Version { get; } = Guid.NewGuid().ToString("N");

        public string? Curve => curve;

        public CloudKey? Pair { get; init; }

        public byte[]? Secret { get; init; }

        public RSA? Kek { get; set; }

        public string[] Operations { get; set; } = [];

        public DateTimeOffset CreatedAt { get; set; }

        public bool IsEnabled { get; set; } = true;

        public JsonObject Tags { get; set; } = [];

        public Held Another(DateTimeOffset at) => new(keyType, curve)
        {
            Pair = curve is null ? null
                : CloudKey.Make(curve == "P-256" ? SignatureAlgorithm.EcdsaP256 : SignatureAlgorithm.EcdsaP384),
            Secret = curve is null && Kek is null ? RandomNumberGenerator.GetBytes(32) : null,
            Kek = Kek,
            Operations = Operations,
            CreatedAt = at,
            Tags = Tags.DeepClone().AsObject(),
        };

        public string Kid(string name) => $"https://{Host}/keys/{name}/{Version}";

        public JsonObject Item(string name, bool isVersion) => new()
        {
            ["kid"] = isVersion ? Kid(name) : $"https://{Host}/keys/{name}",
            ["attributes"] = Attributes(),
            ["tags"] = Tags.DeepClone(),
        };

        public JsonObject Bundle(string name)
        {
            JsonObject key = new()
            {
                ["kid"] = Kid(name),
                ["kty"] = keyType,
                ["key_ops"] = new JsonArray([.. Operations.Select(o => (JsonNode)o)]),
            };
            if (Pair is not null)
            {
                ECParameters point = Pair.Ecdsa.ExportParameters(false);
                key["crv"] = curve;
                key["x"] = Base64Url.EncodeToString(point.Q.X);
                key["y"] = Base64Url.EncodeToString(point.Q.Y);
            }

            if (Kek is not null)
            {
                RSAParameters rsa = Kek.ExportParameters(false);
                key["n"] = Base64Url.EncodeToString(rsa.Modulus);
                key["e"] = Base64Url.EncodeToString(rsa.Exponent);
            }

            return new() { ["key"] = key, ["attributes"] = Attributes(), ["tags"] = Tags.DeepClone() };
        }

        private JsonObject Attributes() => new()
        {
            ["enabled"] = IsEnabled,
            ["created"] = CreatedAt.ToUnixTimeSeconds(),
            ["updated"] = CreatedAt.ToUnixTimeSeconds(),
            ["recoveryLevel"] = "Recoverable+Purgeable",
            ["exportable"] = false,
        };
    }
}
