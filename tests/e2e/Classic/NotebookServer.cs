using System.Diagnostics;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.EndToEnd.Tests.Classic;

/// <summary>The classic notebook server, on this machine only.</summary>
internal sealed class NotebookServer : IAsyncDisposable
{
    private const string Token = "end-to-end";

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Process _process;
    private readonly string _folder;
    private Uri _address = null!;

    private NotebookServer(Process process, string folder) => (_process, _folder) = (process, folder);

    public string Log { get; private set; } = "";

    public static async Task<NotebookServer> StartAsync(Jupyter jupyter)
    {
        var start = jupyter.Module("notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--NotebookApp.token={Token}");
        start.RedirectStandardError = true;
        var server = new NotebookServer(Process.Start(start)!, jupyter.Notebooks);
        server._process.ErrorDataReceived += (_, line) => server.Log += line.Data + "\n";
        server._process.BeginErrorReadLine();
        try
        {
            server._address = await server.AddressAsync(Path.Combine(start.Environment["JUPYTER_RUNTIME_DIR"]!, $"nbserver-{server._process.Id}.json"));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a notebook of code cells into the server's folder.</summary>
    /// <returns>Where a browser opens it.</returns>
    public Uri Write(string name, params IEnumerable<string> cells)
    {
        var notebook = new Notebook(cells.Select(cell => NotebookCell.Code(cell)));
        notebook.Metadata["kernelspec"] = new JsonObject { ["name"] = Jupyter.KernelName, ["display_name"] = "C# (CourseKit)", ["language"] = "csharp" };
        notebook.Save(Path.Combine(_folder, name));
        return new Uri(_address, $"notebooks/{name}?token={Token}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_address is not null && !_process.HasExited)
        {
            await Client.PostAsync(new Uri(_address, $"api/shutdown?token={Token}"), null);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await _process.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    // The server picks a free port itself and tells which in its runtime folder.
    private async Task<Uri> AddressAsync(string file)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            Assert.False(_process.HasExited, Log);
            try
            {
                var address = new Uri((string)JsonNode.Parse(await File.ReadAllTextAsync(file, patience.Token))!["url"]!);
                if ((await Client.GetAsync(new Uri(address, $"api?token={Token}"), patience.Token)).IsSuccessStatusCode)
                    return address;
            }
            catch (Exception error) when (error is IOException or System.Text.Json.JsonException or HttpRequestException)
            {
                // not yet
            }
            await Task.Delay(100, patience.Token);
        }
    }
}
