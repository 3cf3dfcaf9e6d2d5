using System.Net;
using System.Net.Sockets;
using Qbitel.Automation.Estate;

namespace Qbitel.Automation.Tests;

public sealed class EndpointScannerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hang")]
    [InlineData("garbage")]
    [InlineData("close")]
    [InlineData("endless")]
    public async Task Hostile_server_ends_in_a_failure_in_bounded_time(string manner)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task server = ServeAsync(listener, manner, stop.Token);
        Assert.True(EndpointAddress.TryParse(listener.LocalEndpoint.ToString(), out EndpointAddress? address));

        EndpointScan scan = await new EndpointScanner(TimeProvider.System, TimeSpan.FromSeconds(1))
            .ScanAsync(address, Cancel);

        Assert.False(scan.Preferred.Completed);
        Assert.False(string.IsNullOrEmpty(scan.Preferred.Failure));
        await stop.CancelAsync();
        await server;
    }

    [Theory]
    [InlineData("bank.example:443", true)]
    [InlineData("[::1]:8443", true)]
    [InlineData("::1:8443", false)]
    [InlineData("bank.example", false)]
    [InlineData("bank.example:0", false)]
    [InlineData("bank.example:70000", false)]
    [InlineData(":443", false)]
    [InlineData("bank example:443", false)]
    public void Address_is_read_strictly(string text, bool valid) =>
        Assert.Equal(valid, EndpointAddress.TryParse(text, out _));

    private static async Task ServeAsync(TcpListener listener, string manner, CancellationToken cancellation)
    {
        try
        {
            using TcpClient client = await listener.AcceptTcpClientAsync(cancellation);
            NetworkStream stream = client.GetStream();
            if (manner == "garbage")
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), cancellation);
            if (manner == "close") return;
            byte[] record = [20, 3, 3, 0, 1, 1];
            while (manner == "endless") await stream.WriteAsync(record, cancellation);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The scanner has hung up, or the test is over.
        }
    }
}
