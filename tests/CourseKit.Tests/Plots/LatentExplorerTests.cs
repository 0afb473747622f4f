using System.Text.RegularExpressions;
using CourseKit.Display;
using CourseKit.Models;
using CourseKit.Plots;
using CourseKit.Tests.Training;
using Newtonsoft.Json.Linq;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

/// <summary>What goes into the page; what the page does with it is tested in a browser.</summary>
[Collection("process-wide state")]
public sealed partial class LatentExplorerTests
{
    public LatentExplorerTests() => Torch.Begin();

    [Fact]
    public void A_decoder_is_explored_with_its_own_weights_and_shape()
    {
        using var decoder = new MlpDecoder(3, 1, 4, 2);
        var model = Model(Html(LatentExplorer.Of(decoder)));
        Assert.Equal([1, 4, 2], model["shape"]!.Values<long>());
        Assert.Equal(Model(Html(LatentExplorer.OfPictures(DenseLayer.Read(decoder, Activation.Silu), 1, 4, 2))).ToString(), model.ToString());
        Assert.Equal("silu", (string)model["layers"]![0]!["activation"]!);
    }

    [Fact]
    public void The_weights_ride_along_at_a_byte_each_and_nothing_is_loaded()
    {
        using var generator = new MlpGenerator(16, 1, 8, 8);
        IDisplayable explorer = LatentExplorer.Of(generator);
        var html = Html(explorer);
        Assert.InRange(html.Length, 151_552 * 4 / 3, 151_552 * 4 / 3 + 30_000);
        Assert.DoesNotMatch(@"https?:|require\(|\bimport\b", html);
        Assert.Contains("<img ", html, StringComparison.Ordinal); // for who runs no script
        Assert.Equal("a latent explorer: 16 sliders, pictures of 8x8 pixels, 151,552 weights", explorer.ToString());
        Assert.Equal(["text/html", "text/plain"], explorer.Bundle.Select(part => part.MimeType));
        var model = Model(html);
        Assert.Equal(["relu", "relu", "relu", "tanh"], model["layers"]!.Select(layer => (string)layer["activation"]!));
        Assert.All(model["first"]!.Concat(model["second"]!), value => Assert.InRange((double)value, -3, 3));
    }

    [Fact]
    public void To_look_changes_nothing_and_the_same_weights_give_the_same_page()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(4, 3, 2, 2, hidden: 8);
        manual_seed(5);
        var before = randn(3);
        manual_seed(5);
        var first = Html(LatentExplorer.Of(generator));
        Assert.Equal(first, Html(LatentExplorer.Of(generator)));
        Assert.Equal(before.data<float>().ToArray(), randn(3).data<float>().ToArray());
        using (no_grad())
            generator.parameters().First().add_(ones(1));
        Assert.NotEqual(first, Html(LatentExplorer.Of(generator)));
    }

    [Fact]
    public void A_sentence_is_the_likeliest_entry_of_each_row_and_no_entry_ends_the_script()
    {
        // Without inputs that matter the biases are the logits: </script>, b, nothing.
        DenseLayer[] layers = [new(new float[2 * 9], [9, 1, 0, 0, 7, 1, 0, 0, 1], Activation.None)];
        var html = Html(LatentExplorer.OfSentences(layers, ["</script>", "b", ""], " "));
        Assert.Contains("<p>&lt;/script&gt; b </p>", html, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(html, "</script>"));
        Assert.Equal("</script>", (string?)Model(html)["alphabet"]![0]);
    }

    [Fact]
    public void Black_is_zero_after_a_sigmoid_and_minus_one_else()
    {
        DenseLayer Layer(Activation activation) => new(new float[4], [1, 1], activation);
        Assert.Equal(0, (int)Model(Html(LatentExplorer.OfPictures([Layer(Activation.Sigmoid)], 1, 1, 2)))["black"]!);
        Assert.Equal(-1, (int)Model(Html(LatentExplorer.OfPictures([Layer(Activation.Tanh)], 1, 1, 2)))["black"]!);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused()
    {
        DenseLayer Layer(int inputs, int outputs) => new(new float[inputs * outputs], new float[outputs], Activation.None);
        Assert.Contains("layer 1 gives 3 numbers, layer 2 eats 4",
            Assert.Throws<ArgumentException>(() => LatentExplorer.OfPictures([Layer(2, 3), Layer(4, 4)], 1, 2, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("give 4 numbers", Assert.Throws<ArgumentException>(() => LatentExplorer.OfPictures([Layer(2, 4)], 3, 2, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LatentExplorer.OfPictures([Layer(2, 4)], 2, 2));
        Assert.Throws<ArgumentException>(() => LatentExplorer.OfPictures([], 1, 2, 2));
        Assert.Throws<ArgumentException>(() => LatentExplorer.OfSentences([Layer(2, 4)], ["a", "b", "c"]));
    }

    private static string Html(IDisplayable shown) => shown.Bundle[0].Text;

    private static JObject Model(string html) => JObject.Parse(ModelJson().Match(html).Groups[1].Value);

    [GeneratedRegex("""\}, (\{.*\}), "ck-[0-9a-f]{16}"\);</script>$""")]
    private static partial Regex ModelJson();
}
