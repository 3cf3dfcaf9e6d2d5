using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Emission;
using Qbitel.Discovery.Sessions;
using Qbitel.Discovery.Tests.Analysis;
using Qbitel.Discovery.Tests.Tls;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Discovery.Tls;
using Qbitel.Discovery.Traces;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Docs;

/// <summary>The examples of the documentation.</summary>
public sealed class SnippetTests
{
    [Fact]
    public async Task Discover_protocols()
    {
        string path = Path.GetTempFileName();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        try
        {
            await File.WriteAllBytesAsync(path, CaptureDiscoveryTests.MixedCapture(), cancellation);

            #region DiscoverProtocols
            ProtocolDiscoveryOrchestrator discovery = new();
            await using FileStream capture = File.OpenRead(path);
            DiscoveryDocument document = await discovery.DiscoverProtocolsAsync(capture, null, cancellation);

            foreach (DiscoveredProtocol found in document.Protocols)
                Console.WriteLine($"{found.Name}: {found.Messages.Count} messages, confidence {found.Confidence:P0}");
            #endregion

            Assert.Equal(4, document.Protocols.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Survey_capture()
    {
        string path = Path.GetTempFileName(), state = Path.ChangeExtension(path, ".state");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        try
        {
            byte[] whole = CaptureDiscoveryTests.MixedCapture();
            for (int half = 1; half <= 2; half++)
            {
                await File.WriteAllBytesAsync(path, whole[..(whole.Length * half / 2)], cancellation);

                #region SurveyCapture
                CaptureSurvey survey = File.Exists(state)
                    ? CaptureSurvey.Read(await File.ReadAllBytesAsync(state, cancellation)) : new();
                await using (FileStream capture = File.OpenRead(path))
                    await survey.ReadAsync(capture, null, cancellation);

                DiscoveryDocument document = survey.Discover();
                await using (FileStream kept = File.Create(state)) survey.WriteTo(kept);

                foreach (ProtocolCoverage seen in document.Summary.Coverage!.Protocols)
                    Console.WriteLine($"{seen.Protocol}: {seen.Flows} flows, {seen.Size} bytes");
                #endregion

                if (half == 2) Assert.Equal((4, (long)whole.Length), (document.Protocols.Count, survey.Position));
            }
        }
        finally
        {
            File.Delete(path);
            File.Delete(state);
        }
    }

    [Fact]
    public async Task Generate_adapter()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DiscoveryDocument document = Discoveries.Of(
            Encoding.UTF8.GetBytes(BranchTraffic.Lines(BranchTraffic.Messages(200))));
        string folder = Directory.CreateTempSubdirectory("qbitel-adapter-").FullName;
        try
        {
            #region GenerateAdapter
            DiscoveredProtocol unknown = document.Protocols.First(p => p.IsInferred);
            DiscoverySession session = new()
            {
                Protocol = unknown.Name,
                Capture = "monday.jsonl",
                Edits =
                [
                    new SessionEdit("debtor_account") { Start = 10, Length = 22, Encoding = "ascii", Type = "21" },
                ],
            };

            GeneratedAdapter adapter = await new ProtocolAdapterGenerator()
                .GenerateAdapterAsync(unknown, session, cancellation);
            foreach (AdapterArtefact artefact in adapter.Artefacts)
                await File.WriteAllTextAsync(Path.Combine(folder, artefact.FileName), artefact.Content, cancellation);

            (int rebuilt, int heldBack) = (adapter.Acceptance.Rebuilt, adapter.Acceptance.HeldBack);
            Console.WriteLine($"{rebuilt} of {heldBack} written back byte for byte");
            #endregion

            Assert.Equal((40, 40), (adapter.Acceptance.HeldBack, adapter.Acceptance.Rebuilt));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Write_capture()
    {
        using MemoryStream file = new();
        byte[] request = Samples.Fix(1), answer = Samples.Fix(2);
        DateTimeOffset start = Packets.Time;

        #region WriteCapture
        PcapNgWriter writer = new(file);
        int ethernet = writer.AddInterface(LinkType.Ethernet);
        Endpoint client = new(IPAddress.Parse("10.0.0.1"), 40_000), server = new(IPAddress.Parse("10.0.0.2"), 5_000);

        TcpConversation conversation = new(writer, ethernet, client, server, start);
        conversation.Send(FlowDirection.ClientToServer, request, start.AddMilliseconds(1));
        conversation.Send(FlowDirection.ServerToClient, answer, start.AddMilliseconds(2));
        conversation.Close(start.AddMilliseconds(3));
        #endregion

        Assert.Equal(["fix 2/1"], Discoveries.Summary(Discoveries.Of(file.ToArray())));
    }

    [Fact]
    public async Task Probe_endpoint()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using X509Certificate2 certificate = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP256);
        await using TlsServer server = new(certificate, SslProtocols.Tls13);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, cancellation);
        NetworkStream stream = client.GetStream();

        #region ProbeEndpoint
        using TlsProbe probe = new(TlsHello.Everything("payments.bank.internal"));
        await stream.WriteAsync(probe.Hello, cancellation);

        byte[] buffer = new byte[16 * 1024];
        for (ProbeStep step = default; step.Action != ProbeAction.Done;)
        {
            int count = await stream.ReadAsync(buffer, cancellation);
            step = count == 0 ? probe.EndOfStream() : probe.Receive(buffer.AsSpan(0, count));
            if (step.Action == ProbeAction.Write) await stream.WriteAsync(step.Output, cancellation);
        }

        TlsEndpointReport report = probe.Report;
        Console.WriteLine($"{report.VersionName}, {report.GroupName}: quantum-safe {report.IsKeyExchangeQuantumSafe}");
        #endregion

        Assert.True(report.Completed, report.Failure);
    }
}
