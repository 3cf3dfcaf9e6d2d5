using System.Text.Json.Serialization;
using Qbitel.Demo;
using Qbitel.Machine;

namespace Qbitel.Views;

/// <summary>How every document of the door is written as JSON, by the command line and the API alike.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MachineReport))]
[JsonSerializable(typeof(AuditExportView))]
[JsonSerializable(typeof(AuditVerificationView))]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(AutomationView))]
[JsonSerializable(typeof(CertificatesView))]
[JsonSerializable(typeof(DemoProgress))]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(IncidentsView))]
[JsonSerializable(typeof(KeysView))]
[JsonSerializable(typeof(MessagesView))]
[JsonSerializable(typeof(PostureView))]
[JsonSerializable(typeof(ProtocolMapView))]
[JsonSerializable(typeof(ProtocolsView))]
[JsonSerializable(typeof(UpView))]
[JsonSerializable(typeof(VersionView))]
internal sealed partial class ViewsJson : JsonSerializerContext;
