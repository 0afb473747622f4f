using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>What <c>coursekit run</c> leaves behind of the lectures.</summary>
[Collection(nameof(LectureRun))]
[Trait("Cost", "lecture")]
public sealed class LectureRunTests(LectureRun run)
{
    public static TheoryData<string> Lectures => [.. Course.Lectures];

    [Fact]
    public void Every_lecture_runs_to_its_end()
    {
        Assert.True(run.Result.ExitCode == 0, run.Result.Output + run.Result.Error);
        Assert.Equal("", run.Result.Error);
        string[] files = [.. Directory.GetFiles(run.Out).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Equal([.. Course.Lectures.SelectMany(name => new[] { name + ".html", name + ".ipynb" }), "index.html", "summary.json"], files);
    }

    [Fact]
    public void The_summary_has_each_lecture_in_order_and_every_field()
    {
        var summary = LectureRun.Summary(run.Out);
        Assert.Equal(["version", "notebooks"], summary.Select(field => field.Key));
        Assert.Equal(1, (int)summary["version"]!);
        var notebooks = summary["notebooks"]!.AsArray();
        Assert.Equal(Course.Lectures, notebooks.Select(notebook => (string)notebook!["name"]!));
        foreach (var notebook in notebooks)
        {
            Assert.Equal(["name", "status", "seconds", "cells", "error", "metrics", "captions"], notebook!.AsObject().Select(field => field.Key));
            Assert.Equal(("ok", null), ((string)notebook["status"]!, notebook["error"]));
            Assert.InRange((double)notebook["seconds"]!, 0.1, 600);
            var code = run.Executed((string)notebook["name"]!).Cells.Count(cell => cell.Kind == CellKind.Code);
            Assert.Equal(code, (int)notebook["cells"]!);
        }
    }

    [Theory]
    [InlineData(Course.Beginning,
        "untrained-accuracy by-hand-accuracy judge-accuracy judge-agrees zeroed-accuracy forgotten-accuracy",
        "tensors-left-with-scope tensors-left-without-scope zeroed-distance forgotten-distance")]
    [InlineData(Course.Generation, "real-accepted noise-refused forged-halves-believed", "")]
    [InlineData(Course.Adversarial,
        "classifier-accuracy mnist-confident mnist-least-class mnist-copies "
        + "avatars-eyes-agree avatars-symmetric avatars-clear-eyes avatars-valid-faces avatars-never-seen", "plane-modes mnist-frechet-over-floor")]
    [InlineData("03-sentence-generation",
        "words-accepted characters-accepted words-unseen characters-unseen",
        "words-distinct characters-distinct")]
    [InlineData("04-gan-as-structured-learning",
        "eyes-agree-local clear-eyes-local valid-faces-local eyes-agree-gan clear-eyes-gan valid-faces-gan forgeries-noticed-gan "
        + "forgeries-noticed-local eyes-agree-wide clear-eyes-wide valid-faces-wide forgeries-noticed-wide sentences-accepted-short-view "
        + "sentences-accepted-long-view never-seen-wide never-seen-gan",
        "")]
    [InlineData(Course.AutoEncoder,
        "random-vectors-look-real pixel-mean-passes pixel-mean-passes-sheared ae-passes ae-passes-sheared plain-vae-passes plain-vae-passes-sheared "
        + "vae-passes vae-passes-sheared two-vae-passes two-vae-passes-sheared two-ae-passes two-ae-passes-sheared ae-samples-look-real "
        + "vae-samples-look-real",
        "real-distance neighbours-differ strangers-differ pixel-mean-distance ae-distance plain-vae-distance vae-distance two-vae-distance "
        + "two-ae-distance formula-largest-difference plain-vae-reach vae-reach plain-vae-numbers vae-numbers plain-vae-comes-back vae-comes-back "
        + "strokes-ae-off strokes-ae-comes-back strokes-ae-largest-jump strokes-vae-off strokes-vae-comes-back strokes-vae-largest-jump")]
    [InlineData("06-can-the-discriminator-generate",
        "walks-that-end-on-a-box fresh-confident fresh-least-class fresh-copies buffer-confident steps-100-confident steps-300-confident",
        "boxes-among-best-45-random-negatives boxes-among-best-45-own-negatives easy-score-of-real easy-score-of-noise "
        + "easy-score-of-found easy-frechet-over-floor plane-samples-to-real-first plane-samples-to-real-last plane-real-to-samples-first "
        + "plane-real-to-samples-last fresh-frechet-over-floor buffer-frechet-over-floor steps-100-frechet-over-floor "
        + "steps-300-frechet-over-floor")]
    [InlineData("07-three-ways-side-by-side",
        "GAN-confident GAN-least-class GAN-copies VAE-confident VAE-least-class VAE-copies auto-encoder-confident "
        + "auto-encoder-least-class auto-encoder-copies discriminator-confident discriminator-least-class discriminator-copies",
        "GAN-frechet-over-floor VAE-frechet-over-floor auto-encoder-frechet-over-floor discriminator-frechet-over-floor "
        + "race-GAN-frechet-over-floor race-VAE-frechet-over-floor race-auto-encoder-frechet-over-floor "
        + "race-discriminator-frechet-over-floor")]
    [InlineData("08-when-it-goes-wrong",
        "judge-error judge-error-largest",
        "judge-points-at-worst divergence-gap slopes-off-formula collapse-alive collapse-alive-penalty cured-alive cured-alive-penalty "
        + "push-saturating push-non-saturating push-saturating-penalty closest-start closest-saturating closest-non-saturating "
        + "closest-saturating-penalty orbit-at-once orbit-in-turn orbit-penalty orbit-average unfrozen-loss unfrozen-alive "
        + "unfrozen-distance frozen-loss frozen-alive copies-ratio-20 copies-ratio-20-early copies-ratio-2000 copies-away-20 copies-away-2000")]
    public void The_figures_are_all_there_and_shares_are_shares(string lecture, string shares, string others)
    {
        var metrics = LectureRun.Metrics(run.Out, lecture);
        var measures = others.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] names = [.. shares.Split(' '), .. measures];
        Assert.Equal(names.Order(), metrics.Keys.Order());
        Assert.All(shares.Split(' '), name => Assert.InRange(metrics[name], 0, 1));
        Assert.All(measures, name => Assert.InRange(metrics[name], -1e6, 1e6)); // distances, counts, scores: finite
    }

    [Fact]
    public void What_does_not_hang_on_the_number_of_updates_is_as_good_as_promised()
    {
        var (first, second) = (LectureRun.Metrics(run.Out, Course.Generation), LectureRun.Metrics(run.Out, Course.Adversarial));
        Assert.InRange(first["real-accepted"], 0.97, 1);
        Assert.InRange(first["noise-refused"], 0.97, 1);
        Assert.InRange(first["forged-halves-believed"], 0.8, 1); // the lecture's point: it believes them
        Assert.InRange(second["classifier-accuracy"], 0.95, 1);
    }

    [Fact]
    public void The_samples_are_saved_as_the_later_lectures_read_them()
    {
        var digits = NumpyArray.Load(Artifact("mnist.npy"));
        Assert.Equal(("<f4", "2000, 28, 28", 2000 * 784), (digits.Type, digits.Shape, digits.Values.Length));
        var avatars = NumpyArray.Load(Artifact("avatars.npy"));
        Assert.Equal(("<f4", "1000, 3, 16, 16", 1000 * 3 * 256), (avatars.Type, avatars.Shape, avatars.Values.Length));
        foreach (var array in new[] { digits, avatars })
        {
            Assert.True(array.Values.All(value => value is >= 0 and <= 1), "a value is outside [0, 1]");
            Assert.True(array.Values.Distinct().Count() > 100, "the pictures are flat");
        }
    }

    [Theory]
    [InlineData("generator.safetensors")]
    [InlineData("avatars-generator.safetensors")]
    public void The_generators_are_saved_as_safetensors(string name)
    {
        var file = File.ReadAllBytes(Artifact(name));
        var length = (int)BitConverter.ToInt64(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        Assert.Contains(header, tensor => tensor.Key.EndsWith(".weight", StringComparison.Ordinal));
        var ends = header.Select(tensor => (long)tensor.Value!["data_offsets"]![1]!);
        Assert.Equal(file.Length - 8 - length, ends.Max());
        foreach (var (tensor, entry) in header)
        {
            var values = entry!["shape"]!.AsArray().Aggregate(1L, (product, side) => product * (long)side!);
            var bytes = (long)entry["data_offsets"]![1]! - (long)entry["data_offsets"]![0]!;
            Assert.True(bytes == values * ((string)entry["dtype"]! == "I64" ? 8 : 4), $"{tensor}: {entry.ToJsonString()}");
        }
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void The_executed_notebook_is_the_lecture_with_its_outputs(string lecture)
    {
        var executed = run.Executed(lecture); // the reader refuses what is not nbformat 4.5
        var injected = Assert.Single(executed.Cells, cell => cell.HasTag("injected-parameters"));
        Assert.Equal("// Parameters\nupdates = 50;", injected.Source);
        var committed = Course.Load(lecture).Cells;
        Assert.Equal(committed.Select(cell => (cell.Id, cell.Source)), executed.Cells.Where(cell => cell != injected).Select(cell => (cell.Id, cell.Source)));
        var code = executed.Cells.Where(cell => cell.Kind == CellKind.Code).ToList();
        Assert.Equal(Enumerable.Range(1, code.Count), code.Select(cell => cell.ExecutionCount ?? 0));
        foreach (var output in code.SelectMany(cell => cell.Outputs.Select(output => output!.AsObject())))
        {
            var type = (string)output["output_type"]!;
            Assert.Equal(type == "execute_result" ? ["data", "execution_count", "metadata", "output_type"] : ["data", "metadata", "output_type"],
                output.Select(field => field.Key).Order()); // no streams, no errors
            Assert.NotNull(output["data"]!["text/plain"]);
        }
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void Every_cell_but_the_parameters_ends_in_something_to_look_at(string lecture)
    {
        foreach (var cell in run.Executed(lecture).Cells.Where(cell => cell.Kind == CellKind.Code && !cell.Tags.Any(tag => tag.Contains("parameters", StringComparison.Ordinal))))
            Assert.True((string?)cell.Outputs.LastOrDefault()?["output_type"] == "execute_result", $"cell {cell.Id} ends in nothing");
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void Every_picture_and_chart_says_in_words_what_it_shows(string lecture)
    {
        var html = string.Concat(run.Executed(lecture).Cells.SelectMany(cell => cell.Outputs).Select(output => output!["data"]?["text/html"]).OfType<JsonNode>().Select(MultilineText.Join));
        var page = new HtmlParser().ParseDocument(html);
        Assert.NotEmpty(page.Images);
        Assert.All(page.Images, image => Assert.False(string.IsNullOrWhiteSpace(image.AlternativeText), image.ParentElement!.TextContent));
        var charts = page.QuerySelectorAll("[role=img]");
        Assert.NotEmpty(charts);
        Assert.All(charts, chart => Assert.False(string.IsNullOrWhiteSpace(chart.GetAttribute("aria-label"))));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_numbers_to_the_last_bit_and_another_seed_gives_others()
    {
        using TempFolder again = new(), other = new();
        // A GAN and auto-encoders stand for all lectures, which take a minute more: `tests/long lectures` runs each of them twice.
        string[] twice = [Course.Adversarial, Course.AutoEncoder];
        Assert.Equal(0, (await Course.RunAsync([.. twice.Select(Course.PathOf), .. LectureRun.Settings, "--out", again.Root])).ExitCode);
        Assert.Equal(0, (await Course.RunAsync(Course.PathOf(Course.Adversarial), "-p", "updates=5", "--seed", "2", "--out", other.Root)).ExitCode);
        foreach (var lecture in twice)
        {
            Assert.Equal(LectureRun.Metrics(run.Out, lecture), LectureRun.Metrics(again.Root, lecture));
            Assert.Equal(Pictures(run.Executed(lecture)), Pictures(Notebook.Load(again.PathOf(lecture + ".ipynb"))));
        }
        Assert.NotEqual(Pictures(run.Executed(Course.Adversarial)), Pictures(Notebook.Load(other.PathOf(Course.Adversarial + ".ipynb"))));
        Assert.NotEqual(LectureRun.Metrics(run.Out, Course.Adversarial), LectureRun.Metrics(other.Root, Course.Adversarial));
        foreach (var file in Directory.GetFiles(run.PathOf("artifacts", Course.Adversarial)))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            string InRun(TempFolder folder) => folder.PathOf("artifacts", Course.Adversarial, Path.GetFileName(file));
            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(InRun(again))), $"{file} differs for the same seed");
            Assert.False(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(InRun(other))), $"{file} is the same for another seed");
        }
    }

    private static string[] Pictures(Notebook notebook) =>
        [.. notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => output!["data"]?["image/png"]).OfType<JsonNode>().Select(MultilineText.Join)];

    private string Artifact(string name) => run.PathOf("artifacts", Course.Adversarial, name);
}
