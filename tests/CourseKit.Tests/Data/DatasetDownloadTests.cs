using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using CourseKit.Data;

namespace CourseKit.Tests.Data;

public sealed class DatasetDownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i / 7))];
    private readonly TempFolder folder = new();
    private readonly List<string> requests = [];
    private readonly List<HttpListener> servers = [];

    public void Dispose()
    {
        foreach (var server in servers)
            server.Close();
        folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_checked_and_its_progress_told()
    {
        var told = new Told();
        await FetchAsync([Serve(Whole)], told);
        Assert.Equal(Content, File.ReadAllBytes(folder["a.gz"]));
        Assert.Equal([folder["a.gz"]], Directory.GetFiles(folder.Path));
        Assert.Equal(told.Bytes.Order(), told.Bytes);
        Assert.Equal(Content.Length, told.Bytes[^1]);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_fetched_again_but_one_of_another_content_is()
    {
        File.WriteAllBytes(folder["a.gz"], Content);
        var mirror = Serve(Whole);
        await FetchAsync([mirror]);
        Assert.Empty(requests);
        File.WriteAllBytes(folder["a.gz"], [1, 2, 3]);
        await FetchAsync([mirror]);
        Assert.Equal(Content, File.ReadAllBytes(folder["a.gz"]));
    }

    [Fact]
    public async Task A_cut_connection_leaves_a_part_that_the_next_fetch_continues()
    {
        var error = await Assert.ThrowsAsync<DatasetDownloadException>(() => FetchAsync([Serve(Cut)]));
        Assert.Contains("`digits`, `avatars` and a part of `mnist`", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["a.gz"]));
        var part = new FileInfo(folder["a.gz.part"]).Length;
        Assert.InRange(part, 1, Content.Length - 1);

        await FetchAsync([Serve(Whole)]);
        Assert.Equal($"bytes={part}-", requests[^1]);
        Assert.Equal(Content, File.ReadAllBytes(folder["a.gz"]));
        Assert.False(File.Exists(folder["a.gz.part"]));
    }

    [Fact]
    public async Task A_connection_that_is_reset_is_a_failure_of_its_mirror_and_not_of_the_disk()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var reset = Task.Run(async () =>
        {
            using var client = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
            await client.ReceiveAsync(new byte[4096]);
            await client.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\nsome of it"u8.ToArray());
            await Task.Delay(100, TestContext.Current.CancellationToken);  // so that the client waits for more
            client.LingerState = new LingerOption(true, 0);  // closing now resets the connection
        }, TestContext.Current.CancellationToken);
        var dying = new Uri($"http://{server.LocalEndpoint}/");
        await Assert.ThrowsAsync<DatasetDownloadException>(() => FetchAsync([dying]));
        await reset;
    }

    [Fact]
    public async Task A_server_without_ranges_sends_the_whole_file_again()
    {
        File.WriteAllBytes(folder["a.gz.part"], Content[..1000]);
        await FetchAsync([Serve(WithoutRanges)]);
        Assert.Equal("bytes=1000-", Assert.Single(requests));
        Assert.Equal(Content, File.ReadAllBytes(folder["a.gz"]));
    }

    [Fact]
    public async Task The_next_mirror_is_asked_when_one_fails_and_continues_what_it_left()
    {
        await FetchAsync([Serve(NotFound), Serve(Cut), Serve(Whole)]);
        Assert.Equal(3, requests.Count);
        Assert.StartsWith("bytes=", requests[^1], StringComparison.Ordinal);
        Assert.Equal(Content, File.ReadAllBytes(folder["a.gz"]));
    }

    [Fact]
    public async Task A_wrong_content_leaves_nothing_in_place()
    {
        var error = await Assert.ThrowsAsync<DatasetDownloadException>(() => FetchAsync([Serve(Wrong)]));
        Assert.Contains("SHA-256: found", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_damaged_part_is_thrown_away_and_the_next_mirror_begins_anew()
    {
        File.WriteAllBytes(folder["a.gz.part"], new byte[1000]);
        await FetchAsync([Serve(Whole), Serve(Whole)]);
        Assert.Equal(["bytes=1000-", ""], requests);
        Assert.Equal(Content, File.ReadAllBytes(folder["a.gz"]));
    }

    [Fact]
    public async Task A_body_without_end_is_stopped_at_the_length_expected()
    {
        var error = await Assert.ThrowsAsync<DatasetDownloadException>(() => FetchAsync([Serve(Endless)]));
        Assert.Contains($"more than {Content.Length} bytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_missing_file_says_what_the_server_answered_and_keeps_the_part()
    {
        File.WriteAllBytes(folder["a.gz.part"], Content[..1000]);
        var error = await Assert.ThrowsAsync<DatasetDownloadException>(() => FetchAsync([Serve(NotFound)]));
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.Equal(1000, new FileInfo(folder["a.gz.part"]).Length);
    }

    [Fact]
    public async Task Without_network_the_error_says_what_works_without()
    {
        var error = await Assert.ThrowsAsync<DatasetDownloadException>(() => FetchAsync([new Uri($"http://127.0.0.1:{FreePort()}/")]));
        Assert.Contains("no network", error.Message, StringComparison.Ordinal);
        Assert.IsType<HttpRequestException>(error.InnerException);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_cancelled_fetch_keeps_the_part_and_leaves_no_file()
    {
        using var cancel = new CancellationTokenSource();
        var told = new Told { OnReport = cancel.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync([Serve(Whole)], told, cancel));
        Assert.False(File.Exists(folder["a.gz"]));
        Assert.InRange(new FileInfo(folder["a.gz.part"]).Length, 1, Content.Length);
    }

    [Fact]
    public async Task What_comes_with_the_course_cannot_be_fetched()
    {
        var error = await Assert.ThrowsAsync<DatasetNotFoundException>(() => DatasetDownload.FetchAsync("digits", null, TestContext.Current.CancellationToken));
        Assert.Contains("nothing to fetch", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DatasetNotFoundException>(() => DatasetDownload.FetchAsync("no such set", null, TestContext.Current.CancellationToken));
    }

    private Task FetchAsync(Uri[] mirrors, Told? told = null, CancellationTokenSource? cancel = null)
    {
        var file = new DatasetFile("a.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));
        return DatasetDownload.FetchAsync(new DatasetInfo("test", "a test", [], [file], mirrors), folder.Path, told,
            cancel?.Token ?? TestContext.Current.CancellationToken);
    }

    private Uri Serve(Action<HttpListenerRequest, HttpListenerResponse> answer)
    {
        var address = $"http://127.0.0.1:{FreePort()}/";
        var server = new HttpListener { Prefixes = { address } };
        server.Start();
        servers.Add(server);
        _ = Task.Run(async () =>
        {
            while (await server.GetContextAsync() is var context)
            {
                requests.Add(context.Request.Headers["Range"] ?? "");
                try
                {
                    answer(context.Request, context.Response);
                    context.Response.Close();
                }
                catch (HttpListenerException)
                {
                    // The client hung up, which is what some of the tests are about.
                }
            }
        });
        return new Uri(address);
    }

    private static void Whole(HttpListenerRequest request, HttpListenerResponse response)
    {
        var from = request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..^1], null) : 0;
        if (from > 0)
        {
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers["Content-Range"] = $"bytes {from}-{Content.Length - 1}/{Content.Length}";
        }
        response.ContentLength64 = Content.Length - from;
        response.OutputStream.Write(Content.AsSpan(from));
    }

    private static void WithoutRanges(HttpListenerRequest request, HttpListenerResponse response) => response.OutputStream.Write(Content);

    private static void Wrong(HttpListenerRequest request, HttpListenerResponse response) => response.OutputStream.Write(new byte[Content.Length]);

    private static void NotFound(HttpListenerRequest request, HttpListenerResponse response) => response.StatusCode = (int)HttpStatusCode.NotFound;

    private static void Cut(HttpListenerRequest request, HttpListenerResponse response)
    {
        response.ContentLength64 = Content.Length;
        response.OutputStream.Write(Content.AsSpan(0, 150_000));
        response.OutputStream.Flush();
        Thread.Sleep(100);  // so that the client has what was sent before the connection is reset
        response.Abort();
    }

    private static void Endless(HttpListenerRequest request, HttpListenerResponse response)
    {
        response.SendChunked = true;
        while (true)
            response.OutputStream.Write(Content);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Told : IProgress<DownloadProgress>
    {
        public List<long> Bytes { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(DownloadProgress value)
        {
            Bytes.Add(value.Bytes);
            OnReport?.Invoke();
        }
    }
}
