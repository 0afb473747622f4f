using System.Globalization;
using System.Text.RegularExpressions;
using CourseKit.Display;
using CourseKit.Formatters;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Tests.Formatters;

[Collection("process-wide state")]
public sealed class TensorFormatterTests : IDisposable
{
    private readonly DisposeScope scope;

    public TensorFormatterTests()
    {
        Torch.Begin();
        scope = NewDisposeScope();
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void It_says_shape_type_device_and_statistics_and_shows_the_values_in_columns()
    {
        Assert.Equal(
            """
            tensor (2, 2) float32 on cpu, requires grad
            min -1.5  max 20  mean 5  std 10.06
            -1.5000   0.5000
             1.0000  20.0000
            """, Plain(tensor(new[,] { { -1.5f, 0.5f }, { 1f, 20f } }, requires_grad: true)));
        var html = Html(tensor(new[,] { { -1.5f, 0.5f }, { 1f, 20f } }));
        Assert.StartsWith("<div>tensor (2, 2) float32 on cpu</div>", html, StringComparison.Ordinal);
        Assert.Contains("<tr><td style=\"text-align:right\">1.0000</td><td style=\"text-align:right\">20.0000</td></tr>", html, StringComparison.Ordinal);
    }

    public static TheoryData<string, string[]> Kinds => new()
    {
        { "int", ["tensor (3) int64 on cpu", "min -2  max 9007199254740993  mean 3.002e+15", "-2  5  9007199254740993"] },
        { "bool", ["tensor (3) bool on cpu", "true 2 (66.67 %)", "true  false  true"] },
        { "byte", ["tensor (2) uint8 on cpu", "min 0  max 255  mean 127.5", "0  255"] },
        { "complex", ["tensor (2) complex64 on cpu", "|min| 5  |max| 13  |mean| 9  |std| 5.657", "3-4i  5+12i"] },
        { "half", ["tensor (2) float16 on cpu", "min 60000  max 60000  mean 60000  std 0", "60000  60000"] },
        { "brain", ["tensor (2) bfloat16 on cpu", "min -1  max 0.5  mean -0.25  std 1.061", "-1.0000  0.5000"] },
        { "odd", ["tensor (4) float32 on cpu", "NaN 1 (25 %)  inf 1 (25 %)  min 1  max 2  mean 1.5  std 0.7071", "NaN  1  -Infinity  2"] },
        { "nothing finite", ["tensor (2) float32 on cpu", "NaN 2 (100 %)", "NaN  NaN"] },
        { "scalar", ["tensor () float32 on cpu", "0.693"] },
        { "empty", ["tensor (0, 3) float32 on cpu", "(no values)"] },
        { "small", ["tensor (2) float64 on cpu", "min 1e-05  max 2e-05  mean 1.5e-05  std 7.071e-06", "1.000e-05  2.000e-05"] },
        { "elsewhere", ["tensor (3) float32 on meta"] },
        { "sparse", ["tensor (2, 2) float32 on cpu, sparse"] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_type_has_the_figures_that_suit_it(string kind, string[] lines) => Assert.Equal(lines, Plain(Make(kind)).Split('\n'));

    private static Tensor Make(string kind) => kind switch
    {
        "int" => tensor(new[] { -2L, 5, 9007199254740993 }),
        "bool" => tensor(new[] { true, false, true }),
        "byte" => tensor(new byte[] { 0, 255 }),
        "complex" => tensor(new[] { (3f, -4f), (5f, 12f) }),
        "half" => full([2], 60000, ScalarType.Float16),
        "brain" => tensor(new[] { -1f, 0.5f }).to(ScalarType.BFloat16),
        "odd" => tensor(new[] { float.NaN, 1f, float.NegativeInfinity, 2f }),
        "nothing finite" => tensor(new[] { float.NaN, float.NaN }),
        "scalar" => tensor(0.693f),
        "empty" => empty(0, 3),
        "small" => tensor(new[] { 1e-5, 2e-5 }),
        "elsewhere" => ones(3, device: new Device(DeviceType.META)),
        _ => eye(2).to_sparse(),
    };

    [Fact]
    public void A_large_one_shows_its_ends_with_a_count()
    {
        var lines = Plain(arange(1000)).Split('\n');
        Assert.Equal("0  1  2  ... (1,000 values) ...  997  998  999", lines[2]);
        lines = Plain(arange(6400).view(64, 100)).Split('\n');
        Assert.Equal(9, lines.Length);
        Assert.Equal(["0", "1", "2", "...", "97", "98", "99"], Regex.Split(lines[2].Trim(), " +"));
        Assert.Equal(["6300", "6301", "6302", "...", "6397", "6398", "6399"], Regex.Split(lines[8].Trim(), " +"));
        Assert.Contains("the first of 6 matrices, [0, 0, :, :]:", Plain(arange(120).view(2, 3, 4, 5)), StringComparison.Ordinal);
        Assert.Contains("(10,000,000 values)", Plain(zeros(10_000_000)), StringComparison.Ordinal);
    }

    public static TheoryData<string, string?> Pictures => new()
    {
        { "batch", "2 pictures of 8x8 pixels, -1 to 1 drawn as dark to bright" },
        { "many", "the first 32 of 898 pictures of 9x8 pixels, 0 to 1 drawn as dark to bright" },
        { "bytes", "a picture of 16x16 pixels, 0 to 255 drawn as dark to bright" },
        { "ramp", "a picture of 28x28 pixels, 0 to 1 drawn as dark to bright" },
        { "with gradients", "a picture of 16x16 pixels, -1 to 1 drawn as dark to bright" },
        { "matrix", null },
        { "weights", null },
        { "convolution", null },
        { "long", null },
        { "out of range", null },
        { "all one", null },
        { "whole numbers", null },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_is_one_where_its_shape_and_values_say_so(string kind, string? caption)
    {
        var ramp = linspace(0, 1, 28);
        var tensor = kind switch
        {
            "batch" => rand(2, 1, 8, 8) * 2 - 1,
            "many" => rand(898, 3, 8, 9),
            "bytes" => randint(0, 256, [3, 16, 16]).to(ScalarType.Byte),
            "ramp" => (ramp.unsqueeze(0) + ramp.unsqueeze(1)) / 2,
            "with gradients" => rand(3, 16, 16, requires_grad: true).mul(2).sub(1).tanh(),
            "matrix" => rand(64, 64),
            "weights" => new Parameter(rand(1, 16, 16)),
            "convolution" => rand(64, 3, 5, 5),
            "long" => linspace(0, 1, 10_000).view(100, 100).narrow(1, 0, 49),
            "out of range" => randn(2, 3, 16, 16) * 3,
            "all one" => ones(3, 16, 16),
            _ => randint(0, 2, [3, 16, 16]),
        };
        var html = Html(tensor);
        Assert.Equal(caption is not null, html.Contains("<img src=\"data:image/png;base64,", StringComparison.Ordinal));
        Assert.Equal(caption is null, html.Contains("<table", StringComparison.Ordinal));
        if (caption is not null)
            Assert.EndsWith($">{caption}</div>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_behind_and_the_tensor_and_its_graph_stay_as_they_are()
    {
        using var x = rand([2, 3, 16, 16], requires_grad: true);
        using var y = (x * x).sum();
        Assert.Equal(0, LiveTensors.LeftBy(() =>
        {
            foreach (var tensor in new[] { x, y })
                _ = Plain(tensor) + Html(tensor) + Write(MimeTypes.Summary, tensor);
        }));
        Assert.True(x.requires_grad);
        Assert.True(is_grad_enabled());
        y.backward();
        Assert.True(x.grad!.allclose(x.detach() * 2));
        using (inference_mode(true))
            Assert.StartsWith("tensor (3) float32 on cpu\nmin 1  max 1", Plain(ones(3)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_one_says_so()
    {
        var gone = zeros(2);
        gone.Dispose();
        Assert.Equal("tensor (disposed)", Plain(gone));
        Assert.Equal("<div>tensor (disposed)</div>", Html(gone));
        Assert.Equal("tensor (disposed)", Write(MimeTypes.Summary, gone));
    }

    [Fact]
    public void Inside_a_table_it_takes_some_words()
    {
        Assert.Equal("tensor (64, 16) float32", Write(MimeTypes.Summary, zeros(64, 16)));
        Assert.Equal("0.693", Write(MimeTypes.Summary, tensor(0.693f)));
        Assert.Equal("3", Write(MimeTypes.Summary, tensor(3)));
    }

    [Fact]
    public void A_network_is_the_list_of_its_layers()
    {
        var first = nn.Linear(4, 8);
        foreach (var parameter in first.parameters())
            parameter.requires_grad_(false);
        using var network = nn.Sequential(("first", first), ("<act>", nn.ReLU()), ("last", nn.Linear(8, 2)));
        Assert.Equal(
            """
            Sequential, 58 parameters (18 trained)
            layer  type    parameters  count
            first  Linear  (8, 4) (8)  40
            <act>  ReLU                0
            last   Linear  (2, 8) (2)  18
            """, ModuleTable.Plain(network));
        Assert.Contains("<tr><td style=\"text-align:left\">&lt;act&gt;</td><td style=\"text-align:left\">ReLU</td><td style=\"text-align:left\"></td><td style=\"text-align:right\">0</td></tr>", ModuleTable.Html(network), StringComparison.Ordinal);
        using var single = nn.Linear(1000, 2);
        Assert.Equal("Linear, 2,002 parameters", ModuleTable.Summary(single));
        Assert.EndsWith("       Linear  (2, 1000) (2)  2,002", ModuleTable.Plain(single), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_hands_the_formatters_to_a_kernel_that_takes_them()
    {
        var before = AppContext.GetData(NotebookHost.FormattersHook);
        List<(Type, object)> registered = [];
        AppContext.SetData(NotebookHost.FormattersHook, (Action<Type, object>)((type, source) => registered.Add((type, source))));
        try
        {
            Course.Start(device: "cpu");
            AppContext.SetData(NotebookHost.FormattersHook, null);
            Course.Start(device: "cpu");
        }
        finally
        {
            AppContext.SetData(NotebookHost.FormattersHook, before);
        }
        Assert.Equal([typeof(Tensor), typeof(nn.Module)], registered.Select(entry => entry.Item1));
        foreach (var source in registered.Select(entry => entry.Item2))
        {
            var formatters = (IEnumerable<object>)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!;
            Assert.Equal(["text/html", "text/plain", "text/plain+summary"], formatters.Select(formatter => formatter.GetType().GetProperty("MimeType")!.GetValue(formatter)));
            Assert.All(formatters, formatter => Assert.Equal(false, formatter.GetType().GetMethod("Format")!.Invoke(formatter, ["a text", new StringWriter()])));
        }
    }

    private static string Plain(Tensor tensor) => Write(MimeTypes.Plain, tensor);

    private static string Html(Tensor tensor) => Write(MimeTypes.Html, tensor);

    private static string Write(string mimeType, Tensor tensor)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        Func<Tensor, string> text = mimeType switch { MimeTypes.Html => TensorHtml.Of, MimeTypes.Plain => TensorText.Of, _ => TensorText.Summary };
        var formatter = new TypeFormatter<Tensor>(mimeType, text);
        Assert.True(formatter.Format(tensor, writer));
        return writer.ToString();
    }
}
