using System.Text.Json.Serialization;

namespace Qbitel.Bench;

/// <summary>How the reports of the benchmarks, and the talk of their processes, are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PaymentsReport))]
[JsonSerializable(typeof(PqcReport))]
[JsonSerializable(typeof(WorkerGreeting))]
[JsonSerializable(typeof(WarmUp))]
[JsonSerializable(typeof(Measurement))]
internal sealed partial class BenchJson : JsonSerializerContext;
