using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Import;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Tests.Parsers;

/// <summary>The parsers of the kernel: notebooks, .dib files, connection files, the bytes and the frames of front ends, what the process that runs cells says.</summary>
internal sealed class KernelParsers : IDisposable
{
    private const string Connection = """
        {"ip":"127.0.0.1","transport":"tcp","shell_port":50001,"control_port":50002,"stdin_port":50003,"iopub_port":50004,"hb_port":50005,"key":"a","signature_scheme":"hmac-sha256","kernel_name":"coursekit"}
        """;

    private static readonly string Document = Sample().ToJson();

    private static readonly string[] Outputs =
    [
        """{"type":"stream","name":"stdout","text":"a\n","token":"t"}""",
        """{"type":"display","data":{"text/plain":"a","application/vnd.plotly.v1+json":{"data":[1,[2.5]]}},"id":"d","update":false,"token":"t"}""",
        """{"type":"result","data":{"text/html":"<p>","application/scrapbook.scrap.json+json":{"name":"loss","data":1.5}},"token":"t"}""",
        """{"type":"clear","wait":true,"token":"t"}""",
        """{"type":"error","name":"Exception","message":"m","traceback":["a","b"],"line":3,"token":"t"}""",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("coursekit-parsers-");
    private readonly MessageCodec codec = new("");

    public IReadOnlyList<Parser> All =>
    [
        new("ipynb", random => Changed(Document, random), content => ReadsNotebook(content, "a.ipynb")),
        new("dib", Dib, content => ReadsNotebook(content, "a.dib")),
        new("connection file", random => Changed(Connection, random), ReadsConnection),
        new("Jupyter frames", Frames, ReadsFrames),
        new("ZMTP", Bytes, ReadsBytes),
        new("cell protocol", random => Changed(Outputs[random.Next(Outputs.Length)], random), ReadsOutput),
    ];

    public void Dispose() => folder.Delete(recursive: true);

    private static Notebook Sample()
    {
        var code = NotebookCell.Code("1 + 1", "parameters");
        code.Outputs.Add((JsonNode)new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = "a\nb" });
        code.Outputs.Add((JsonNode)new JsonObject { ["data"] = new JsonObject { ["text/plain"] = "2", ["image/png"] = "aGk=" }, ["execution_count"] = 1, ["metadata"] = new JsonObject(), ["output_type"] = "execute_result" });
        code.Outputs.Add((JsonNode)new JsonObject { ["ename"] = "E", ["evalue"] = "v", ["output_type"] = "error", ["traceback"] = new JsonArray("a") });
        var foreign = NotebookCell.Code("let x = 1");
        foreign.Metadata["polyglot_notebook"] = new JsonObject { ["kernelName"] = "fsharp" };
        foreign.Metadata["vscode"] = new JsonObject { ["languageId"] = "polyglot-notebook" };
        return new(NotebookCell.Markdown("# Title\n\n| a |\n|---|"), code, foreign);
    }

    private static byte[] Changed(string text, Random random) => random.Next(3) switch
    {
        0 => Mutant.OfBytes(Encoding.UTF8.GetBytes(text), random),
        _ => Encoding.UTF8.GetBytes(Mutant.OfJson(text, random)),
    };

    // Bytes anywhere, or the JSON of the metadata; and the lines that begin cells in another order.
    private static byte[] Dib(Random random)
    {
        string[] cells = ["#!markdown\n\n# Title\n\n", "#!csharp\r\n\r\n1 + 1\r\n", "#!fsharp\nlet x = 1\n", "#!pythonkernel\nprint(1)\n", "#!value --name x\ntext\n", "#r \"nuget: TorchSharp-cpu\"\nusing TorchSharp;\n", "#!share --from fsharp x\n#!nothing\n", "#!connect jupyter --kernel-name rust\n#!rust\n", "```\n#!js\n```\n", "\ufeff#!meta\n{}\n"];
        random.Shuffle(cells);
        const string Kernels = """{"kernelInfo":{"defaultKernelName":"csharp","items":[{"aliases":["pk"],"languageName":"python","name":"pythonkernel"}]}}""";
        var text = $"#!meta\n\n{(random.Next(2) == 0 ? Kernels : Mutant.OfJson(Kernels, random))}\n\n{string.Concat(cells)}";
        return random.Next(2) == 0 ? Encoding.UTF8.GetBytes(text) : Mutant.OfBytes(Encoding.UTF8.GetBytes(text), random);
    }

    // What can be read can be used, written, read again and imported.
    private bool ReadsNotebook(byte[] content, string name)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, content);
        try
        {
            var notebook = Notebook.Load(path);
            _ = (notebook.IsCSharp, NotebookRunner.RunnableCells(notebook).Count, NotebookParameters.Declared(notebook).Count);
            var written = notebook.ToJson();
            if (Notebook.Parse(written).ToJson() != written)
                throw new InvalidOperationException("Written twice, it is not the same.");
            if (notebook.IsCSharp)
            {
                var imported = new NotebookImport(notebook, ["CourseKit.Course.Start();"]).Notebook.ToJson();
                if (new NotebookImport(Notebook.Parse(imported), ["CourseKit.Course.Start();"]).Notebook.ToJson() != imported)
                    throw new InvalidOperationException("Imported twice, it is not the same.");
            }
            return true;
        }
        catch (NotebookFormatException)
        {
            return false;
        }
    }

    private bool ReadsConnection(byte[] content)
    {
        var path = Path.Combine(folder.FullName, "kernel.json");
        File.WriteAllBytes(path, content);
        try
        {
            var connection = ConnectionFile.Load(path);
            _ = connection.Address(connection.ShellPort);
            return true;
        }
        catch (KernelStartException)
        {
            return false;
        }
    }

    // Frames, joined by a byte that JSON has nowhere.
    private byte[] Frames(Random random)
    {
        List<byte[]> frames = codec.Encode(codec.Create("execute_request", new JsonObject { ["code"] = "1 + 1", ["silent"] = false, ["user_expressions"] = new JsonObject() }, null, ["client"u8.ToArray()]));
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(frames.Count);
            switch (random.Next(6))
            {
                case 0:
                    frames.RemoveAt(at);
                    break;
                case 1:
                    frames.Insert(at, frames[random.Next(frames.Count)]);
                    break;
                case 2:
                    frames[at] = Mutant.OfBytes(frames[at], random);
                    break;
                default:
                    // The header and the content, as another program might write them.
                    at = random.Next(2) == 0 ? 3 : frames.Count - 1;
                    if (at < frames.Count)
                        frames[at] = Encoding.UTF8.GetBytes(Mutant.OfJson(Encoding.UTF8.GetString(frames[at]), random));
                    break;
            }
            if (frames.Count == 0)
                break;
        }
        return [.. frames.SelectMany(frame => (byte[])[.. frame, 0xff])];
    }

    // A front end's connection, from the greeting on.
    private static byte[] Bytes(Random random)
    {
        byte[] said = [.. ZmtpReader.Greeting, .. ZmtpReader.Ready("DEALER"), .. ZmtpReader.Write(["a"u8.ToArray(), new byte[300], []])];
        // A mutated greeting is refused at once, so most keep theirs.
        return random.Next(8) == 0 ? Mutant.OfBytes(said, random) : [.. ZmtpReader.Greeting, .. Mutant.OfBytes(said[ZmtpReader.Greeting.Length..], random)];
    }

    private static bool ReadsBytes(byte[] content)
    {
        var (reader, count) = (new ZmtpReader(), 0);
        try
        {
            for (var rest = content.AsSpan(); rest.Length > 0; rest = rest[count..])
            {
                var room = reader.Room();
                count = Math.Min(room.Length, rest.Length);
                rest[..count].CopyTo(room);
                reader.Received(count);
                while (reader.Next(out _, out var command))
                    _ = (command?.Property("Identity"), command is null ? null : ZmtpReader.Pong(command));
            }
            return true;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }

    // The kernel answers each message with the message's own header as parent.
    private bool ReadsFrames(byte[] content)
    {
        List<byte[]> frames = [];
        for (var rest = content.AsSpan(); rest.IndexOf((byte)0xff) is >= 0 and var end; rest = rest[(end + 1)..])
            frames.Add(rest[..end].ToArray());
        try
        {
            var message = codec.Decode(frames);
            _ = (message.Get("code", ""), message.Get("silent", false), message.Get("cursor_pos", 0));
            codec.Encode(codec.Create("status", new JsonObject { ["execution_state"] = "busy" }, message, message.Identities));
            return true;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }

    // Whatever the process for cells sends: the runner takes it for an output that a notebook can hold, or refuses it.
    private static bool ReadsOutput(byte[] content)
    {
        var notebook = new Notebook(NotebookCell.Code("1"));
        var record = new OutputRecord();
        record.Begin(notebook.Cells[0], 1);
        try
        {
            record.Add(CellProtocol.Decode(CellProtocol.Message(Encoding.UTF8.GetString(content))));
        }
        catch (Exception)
        {
            return false; // Which exception it is, is not promised: CellProcess takes all of them for a forgery.
        }
        record.End();
        Notebook.Parse(notebook.ToJson());
        return true;
    }
}
