using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Qbitel.Hsm.Tests.Clouds;

/// <summary>A server on loopback that answers as a cloud does, or fails as one can.</summary>
public abstract class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task<bool>>> _faults = new();

    protected LoopbackServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.AllowSynchronousIO = true;
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>What was asked, in order: the operation's name.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Everything the server was sent in headers, to look for what must not be elsewhere.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>What the server itself did wrong; a test that sees one has found nothing about the client.</summary>
    public ConcurrentQueue<Exception> Mistakes { get; } = new();

    /// <summary>Answers carry fields that no documentation names.</summary>
    public bool AddsUnknownFields { get; set; }

    /// <summary>The clock of the server.</summary>
    public Func<DateTimeOffset> Now { get; set; } = TimeProvider.System.GetUtcNow;

    public async ValueTask StartAsync()
    {
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Assert.Empty(Mistakes);
        GC.SuppressFinalize(this);
    }

    public int Count(string operation) => Asked.Count(asked => asked == operation);

    /// <summary>The next request meets this first; true when it has been answered.</summary>
    public void Next(Func<HttpContext, Task<bool>> fault) => _faults.Enqueue(fault);

    public void NextAnswers(int status, string body, string type = "application/json", string? retryAfter = null) =>
        Next(async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = type;
            if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
            await http.Response.WriteAsync(body);
            return true;
        });

    /// <summary>The work is done, and the connection is cut in the middle of the answer.</summary>
    public void NextIsCutOff() => Next(async http =>
    {
        Stream whole = http.Response.Body;
        using MemoryStream kept = new();
        http.Response.Body = kept;
        await ServeAsync(http);
        http.Response.Body = whole;
        http.Response.ContentLength = kept.Length + 100;
        await whole.WriteAsync(kept.ToArray().AsMemory(0, (int)kept.Length / 2));
        await whole.FlushAsync();
        http.Abort();
        return true;
    });

    /// <summary>The answer never comes.</summary>
    public void NextHangs() => Next(async http =>
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration left = http.RequestAborted.Register(() => gone.TrySetResult());
        await gone.Task;
        return true;
    });

    protected abstract Task ServeAsync(HttpContext http);

    private async Task AnswerAsync(HttpContext http)
    {
        Authorizations.Enqueue(http.Request.Headers.Authorization.ToString());
        try
        {
            if (_faults.TryDequeue(out Func<HttpContext, Task<bool>>? fault) && await fault(http)) return;
            await ServeAsync(http);
        }
        catch (Exception mistake) when (!http.RequestAborted.IsCancellationRequested)
        {
            Mistakes.Enqueue(mistake);
            throw;
        }
    }

    protected static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using MemoryStream body = new();
        await http.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    protected static Task WriteAsync(HttpContext http, int status, string body, string type = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes).AsTask();
    }
}
