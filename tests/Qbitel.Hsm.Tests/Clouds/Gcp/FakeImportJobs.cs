using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Tests.Clouds.Gcp;

/// <summary>
/// The import jobs of Cloud KMS: they need a while, end after three days, and open what is under their key.
/// </summary>
internal sealed partial class FakeImportJobs(Func<DateTimeOffset> now)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(3);

    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    /// <summary>The wrapping key of a new job is made in this many look-ups.</summary>
    public int GenerationTakes { get; set; }

    /// <summary>The job of the next import ends the moment before.</summary>
    public bool EndsNext { get; set; }

    /// <summary>The job of the next import has another key than it gave out.</summary>
    public bool SwapsNext { get; set; }

    public int Count => _jobs.Count;

    public List<JsonNode> All() => [.. _jobs.Values.Select(job => (JsonNode)Resource(job))];

    public JsonObject Create(string ring, string id, JsonObject request)
    {
        string level = request["protectionLevel"]?.GetValue<string>() ?? "";
        if (!JobId().IsMatch(id) || request["importMethod"]?.GetValue<string>() != "RSA_OAEP_4096_SHA256_AES_256"
            || level is not ("HSM" or "SOFTWARE") || request.Count != 2)
        {
            throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }

        Job job = new($"{ring}/importJobs/{id}", level, now()) { Waits = GenerationTakes };
        return _jobs.TryAdd(job.Name, job) ? Resource(job) : throw new CloudRefusal(409, "ALREADY_EXISTS");
    }

    public JsonObject Look(string name)
    {
        Job job = Find(name);
        JsonObject answer = Resource(job);
        if (job.Waits > 0) job.Waits--;
        return answer;
    }

    /// <summary>
    /// Wrong jobs and kinds are refused at once; what does not open, or is no such key, is told by the version's state.
    /// </summary>
    public (CloudKey? Pair, byte[] Secret, string? Reason) Import(string level, string purpose, JsonObject request)
    {
        if (request["wrappedKey"] is null == request["rsaAesWrappedKey"] is null)
            throw new CloudRefusal(400, "INVALID_ARGUMENT");
        byte[] wrapped = Convert.FromBase64String(
            (request["wrappedKey"] ?? request["rsaAesWrappedKey"])!.GetValue<string>());
        byte[] material = Open(request["importJob"]?.GetValue<string>() ?? "", level, wrapped) ?? [];
        CloudKey? pair = null;
        switch (request["algorithm"]?.GetValue<string>(), purpose)
        {
            case ("EC_SIGN_P256_SHA256", "ASYMMETRIC_SIGN"):
                pair = ImportWrapping.Pair(material, SignatureAlgorithm.EcdsaP256);
                break;
            case ("EC_SIGN_P384_SHA384", "ASYMMETRIC_SIGN"):
                pair = ImportWrapping.Pair(material, SignatureAlgorithm.EcdsaP384);
                break;
            case ("AES_256_GCM", "RAW_ENCRYPT_DECRYPT"):
                return (null, material, material.Length == 32 ? null : "text-of-the-service");
            default:
                throw new CloudRefusal(400, "INVALID_ARGUMENT");
        }

        return (pair, [], pair is null ? "text-of-the-service" : null);
    }

    /// <summary>The material; null where it does not open.</summary>
    private byte[]? Open(string name, string level, byte[] wrapped)
    {
        Job job = Find(name);
        if (EndsNext) job.CreatedAt -= Life;
        EndsNext = false;
        if (State(job) != "ACTIVE" || job.Level != level) throw new CloudRefusal(400, "FAILED_PRECONDITION");
        RSA key = ImportWrapping.Key(SwapsNext ? 1 : 0);
        SwapsNext = false;
        return ImportWrapping.Open(key, wrapped, RSAEncryptionPadding.OaepSHA256);
    }

    private Job Find(string name) =>
        _jobs.TryGetValue(name, out Job? job) ? job : throw new CloudRefusal(404, "NOT_FOUND");

    private string State(Job job) =>
        now() >= job.CreatedAt + Life ? "EXPIRED" : job.Waits > 0 ? "PENDING_GENERATION" : "ACTIVE";

    private JsonObject Resource(Job job)
    {
        JsonObject answer = new()
        {
            ["name"] = job.Name,
            ["importMethod"] = "RSA_OAEP_4096_SHA256_AES_256",
            ["protectionLevel"] = job.Level,
            ["createTime"] = Text(job.CreatedAt),
            ["expireTime"] = Text(job.CreatedAt + Life),
            ["state"] = State(job),
        };
        if (State(job) == "ACTIVE")
        {
            answer["publicKey"] = new JsonObject
            {
                ["pem"] = ImportWrapping.Key(0).ExportSubjectPublicKeyInfoPem() + "\n",
            };
        }

        return answer;
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,63}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JobId();

    private sealed class Job(string name, string level, DateTimeOffset madeAt)
    {
        public string Name => name;

        public string Level => level;

        public DateTimeOffset CreatedAt { get; set; } = madeAt;

        public int Waits { get; set; }
    }
}
