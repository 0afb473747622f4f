using System.Globalization;
using CourseKit.Data;
using CourseKit.Display;
using CourseKit.Exercises;
using CourseKit.Formatters;
using CourseKit.Plots;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests;

/// <summary>What the course shows and says is the same in each culture.</summary>
[Collection("process-wide state")]
public sealed class CultureTests : IDisposable
{
    private readonly FakeHost host = new();

    public CultureTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    public static TheoryData<string> Cultures => ["de-DE", "tr-TR", "ar-SA", "sv-SE", "fa-IR", "hi-IN"];

    [Theory]
    [MemberData(nameof(Cultures))]
    public void It_shows_the_same_in_each_culture(string culture)
    {
        var expected = Shown();
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new(culture);
        Assert.Equal(expected, Shown());
    }

    [Fact]
    public void The_cultures_are_told_apart_here() => Assert.Equal("-0,5", (-0.5).ToString(new CultureInfo("de-DE")));

    private static List<string> Shown()
    {
        using var scope = NewDisposeScope();
        int[] updates = [100, 2000];
        double[,] values = { { -0.5, 1234.5 } };
        IDisplayable[] displayables =
        [
            Curves.Of("Losses", [Curve.Of("D", updates, new[] { -3.5f, 2.25f })], y: "loss"),
            Curves.Of("Smooth", [Curve.Of("I", updates, new[] { 0.001, 12345.6 })], y: "loss", smoothing: 0.5, log: true),
            Heatmap.Of("Heat", values, ["i"], ["a", "b"], "rows", "columns", "unit"),
            BarChart.Of("Bars", ["i", "I"], [("x", new[] { -0.5, 1234.5 })], "y"),
            Scatter.Of("Points", [("p", tensor(new[,] { { -0.5f, 1.25f } }))], "x", "y"),
            CodeMap.Of("Codes", tensor(new[,] { { 0f, 0f }, { -1f, 2.5f } }), zeros(2, 1, 8, 8), [0, 1], ["even", "odd"]),
            ImageGrid.Of(linspace(-1, 1, 64).view(1, 1, 8, 8)),
            LatentExplorer.OfPictures([new DenseLayer(Enumerable.Range(0, 4096).Select(i => -0.5f * i).ToArray(), new float[1024], Activation.Tanh)], 1, 32, 32),
            Course.Start(seed: -1, device: "cpu"),
            new RecordedFigure("distance", -1234.5),
        ];
        var tensors = new[] { tensor(new[] { -1.5f, 12345.678f, float.NaN }), arange(6400).view(64, 100), tensor(1e-5), tensor(new[] { -2L, 5 }) };
        List<string> shown = [.. displayables.SelectMany(shown => shown.Bundle.Select(part => part.Text)), .. displayables.Select(shown => shown.ToString()!)];
        shown.AddRange(tensors.SelectMany(t => new[] { TensorText.Of(t), TensorHtml.Of(t), TensorText.Summary(t) }));
        var set = new ImageSet("many", zeros(2000, 1, 2, 2), null, [], "");
        shown.Add(set.ToString());
        shown.Add(Course.Doctor().Checks.Single(check => check.Name == "threads").Found);
        shown.AddRange(Messages(
            () => _ = new ImageSet("bad", full([1, 1, 2, 2], -2.5f), null, [], ""),
            () => Course.Record("loss", double.NegativeInfinity),
            () => Check.CopyShare((made, learnt, heldOut) => -0.5),
            () => Check.DistanceOfClouds((first, second) => -0.5),
            () => Check.DeceivedDistance(real => real - 0.5f),
            () => Check.BestScores((real, bad) => -0.5f * ones_like(real))));
        return shown;
    }

    private static IEnumerable<string> Messages(params Action[] failing) => failing.Select(action => Assert.ThrowsAny<Exception>(action).Message);
}
