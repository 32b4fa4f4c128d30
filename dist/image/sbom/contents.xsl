<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!--
  From the bill of all that could be in an image to that of what is: components stay whose Java module is in the
  image's own list (MODULES of its file "release"), and Java itself is added.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:param name="release" />
  <xsl:param name="java" />
  <xsl:param name="architecture" />
  <xsl:output method="xml" encoding="UTF-8" indent="no" />

  <xsl:variable name="quote">"</xsl:variable>
  <xsl:variable name="modules" select="concat(' ', translate($release, $quote, ''), ' ')" />
  <xsl:variable name="version" select="translate($java, $quote, '')" />

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()" />
    </xsl:copy>
  </xsl:template>

  <xsl:template match="/*/*[local-name() = 'components']/*[local-name() = 'component']">
    <xsl:variable name="present">
      <xsl:call-template name="present" />
    </xsl:variable>
    <xsl:if test="$present = 'yes'">
      <xsl:copy>
        <xsl:apply-templates select="@*|node()" />
      </xsl:copy>
    </xsl:if>
  </xsl:template>

  <xsl:template match="*[local-name() = 'dependency']">
    <xsl:variable name="ref" select="@ref" />
    <xsl:variable name="present">
      <xsl:for-each select="/*/*[local-name() = 'components']/*[@bom-ref = $ref]">
        <xsl:call-template name="present" />
      </xsl:for-each>
    </xsl:variable>
    <xsl:if test="$present = 'yes' or /*/*[local-name() = 'metadata']/*[@bom-ref = $ref]">
      <xsl:copy>
        <xsl:apply-templates select="@*|node()" />
      </xsl:copy>
    </xsl:if>
  </xsl:template>

  <xsl:template match="/*/*[local-name() = 'components']">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()" />
      <xsl:element name="component" namespace="{namespace-uri()}">
        <xsl:attribute name="type">platform</xsl:attribute>
        <xsl:attribute name="bom-ref">openjdk</xsl:attribute>
        <xsl:element name="name" namespace="{namespace-uri()}">OpenJDK</xsl:element>
        <xsl:element name="version" namespace="{namespace-uri()}">
          <xsl:value-of select="$version" />
        </xsl:element>
        <xsl:element name="licenses" namespace="{namespace-uri()}">
          <xsl:element name="expression" namespace="{namespace-uri()}">GPL-2.0-only WITH Classpath-exception-2.0</xsl:element>
        </xsl:element>
        <xsl:element name="purl" namespace="{namespace-uri()}">
          <xsl:value-of select="concat('pkg:generic/openjdk@', $version, '?arch=', $architecture)" />
        </xsl:element>
      </xsl:element>
    </xsl:copy>
  </xsl:template>

  <!-- Says yes if the module of this component is in the image. -->
  <xsl:template name="present">
    <xsl:variable name="name" select="*[local-name() = 'name']" />
    <xsl:variable name="module">
      <xsl:choose>
        <xsl:when test="$name = 'jvfio-api'">org.jvfio</xsl:when>
        <xsl:when test="starts-with($name, 'jvfio-')">
          <xsl:value-of select="concat('org.jvfio.', translate(substring-after($name, 'jvfio-'), '-', '.'))" />
        </xsl:when>
        <xsl:when test="$name = 'jna-jpms'">com.sun.jna</xsl:when>
        <xsl:when test="$name = 'picocli'">info.picocli</xsl:when>
        <xsl:otherwise>
          <xsl:message terminate="yes">which module is <xsl:value-of select="$name" />? say it in contents.xsl</xsl:message>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:if test="contains($modules, concat(' ', $module, ' '))">yes</xsl:if>
  </xsl:template>
</xsl:stylesheet>
